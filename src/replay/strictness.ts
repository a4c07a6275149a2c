export const FIELD_STRICTNESS = ['exact', 'normalised', 'ignored'] as const;

/**
 * How a field of a request is held against the recorded one.
 * - `exact`: any difference, and the recorded exchange does not answer the request.
 * - `normalised`: differences are reported; only one of structure counts (in `messages`: other roles, other blocks, other ids).
 * - `ignored`: it is not looked at.
 */
export type FieldStrictness = (typeof FIELD_STRICTNESS)[number];

/** Fields of the body by their names; `*` stands for all others, `headers` for the API's version and betas. */
export type Strictness = Readonly<Record<string, FieldStrictness>>;

/** A reworded prompt is reported, another conversation is another one. Responses are given in the form that is asked for. */
export const DEFAULT_STRICTNESS: Strictness = {
  '*': 'normalised',
  headers: 'ignored',
  metadata: 'ignored',
  stream: 'ignored',
};

/** How strict to be with one field. */
export function strictnessOf(field: string, strictness: Strictness): FieldStrictness {
  return strictness[field] ?? strictness['*'] ?? 'normalised';
}
