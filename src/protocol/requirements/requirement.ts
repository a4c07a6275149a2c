/** A fact about the Messages API that callsheet implements. */
export interface Requirement {
  /** What the API, and so the fake, does. */
  readonly behaviour: string;
  /**
   * How it is known: `recorded` from real traffic, from the SDK's `types`, `documented`, `reported` by users,
   * `inferred` from those, or `unknown`: then it is a guess, and an option of `Fidelity` where that matters.
   */
  readonly evidence: 'recorded' | 'types' | 'documented' | 'reported' | 'inferred' | 'unknown';
  /** Where, and when it was last seen. */
  readonly source: string;
}

export const DOCS = 'platform documentation, August 2026';
export const SDK = '@anthropic-ai/sdk 1.12';
export const FIELD = 'issue threads and third-party clients, 2026';

export function row(
  evidence: Requirement['evidence'],
  source: string,
  behaviour: string,
): Requirement {
  return { behaviour, evidence, source };
}
