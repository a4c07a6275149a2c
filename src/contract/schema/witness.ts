import { compileQuick } from './ajv.ts';
import type { JsonSchema } from './document.ts';
import type { Obstacle } from './obstacle.ts';
import { createValidator, type Refused, type SchemaProblem } from './validator.ts';

/** Confirms witnesses with ajv, unless ajv refuses one of the schemas. */
export type WitnessCheck =
  | Refused
  /** Whether a value is valid for the narrower schema, and not for the wider one where the obstacle is. */
  | { shows(obstacle: Obstacle, value: unknown): boolean };

export function createWitnessCheck(sub: JsonSchema, wider: JsonSchema): WitnessCheck {
  const narrow = createValidator(sub);
  if ('refused' in narrow) return narrow;
  const wide = createValidator(wider);
  if ('refused' in wide) return wide;
  const confirms = createConfirmation(sub, wider);
  return {
    shows: (obstacle, value) =>
      narrow.isValid(value) &&
      wide.problems(value).some((problem) => !problem.unsure && isAt(obstacle, problem)) &&
      confirms(value),
  };
}

/** A witness has to be one for ajv as it is by default, too: there `contains` may be passed over. */
function createConfirmation(sub: JsonSchema, wider: JsonSchema): (value: unknown) => boolean {
  if (!JSON.stringify([sub, wider]).includes('"contains"')) return () => true;
  const [narrow, wide] = [compileQuick(sub), compileQuick(wider)];
  return (value) => narrow(value) && !wide(value);
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
