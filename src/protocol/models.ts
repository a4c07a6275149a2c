/**
 * Which models can have their tools called from code. Documented in August 2026 for the Claude 4.5 generation and
 * later, Haiku 4.5 excepted: it takes the tool, but has neither programmatic calls nor kept interpreter state.
 */
const WITHOUT_PROGRAMMATIC_CALLS = [
  /^claude-haiku-4-5/,
  /^claude-(opus|sonnet)-4(-0|-1)?(-\d{8})?$/,
  /^claude-3/,
];

/** Unknown models, newer ones among them, are taken to have it. */
export function supportsProgrammaticCalls(model: string): boolean {
  return !WITHOUT_PROGRAMMATIC_CALLS.some((pattern) => pattern.test(model));
}
