import type { JsonSchema } from './document.ts';
import type { Obstacle } from './obstacle.ts';
import { createValidator, type SchemaProblem } from './validator.ts';

/** Confirms witnesses with ajv, unless ajv refuses one of the schemas. */
export type WitnessCheck =
  | { readonly refused: string }
  /** Whether a value is valid for the narrower schema, and not for the wider one where the obstacle is. */
  | { shows(obstacle: Obstacle, value: unknown): boolean };

export function createWitnessCheck(sub: JsonSchema, wider: JsonSchema): WitnessCheck {
  const narrow = createValidator(sub);
  if ('refused' in narrow) return narrow;
  const wide = createValidator(wider);
  if ('refused' in wide) return wide;
  return {
    shows: (obstacle, value) =>
      narrow.isValid(value) && wide.problems(value).some((problem) => isAt(obstacle, problem)),
  };
}

/**
 * Whether a problem can come from an obstacle: it is in the same place, or further up or down, for a union reports where
 * it stands. A value may well be wrong elsewhere at the same time.
 */
function isAt({ path }: Obstacle, problem: SchemaProblem): boolean {
  const steps = problem.path.split('/').slice(1);
  return steps.every((step, i) => {
    const expected = path[i];
    return expected === undefined || expected === '*' || String(expected) === step;
  });
}
