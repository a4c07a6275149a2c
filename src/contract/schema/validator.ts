import type { ErrorObject } from 'ajv';
import { compile } from './ajv.ts';
import { hasCircle } from './circles.ts';
import type { JsonSchema } from './document.ts';

export interface SchemaProblem {
  /** JSON Pointer to the value that is wrong. */
  readonly path: string;
  readonly message: string;
  /** ajv tripped over the value: it may be valid. */
  readonly unsure?: true;
}

export interface Validator {
  isValid(value: unknown): boolean;
  /** What is wrong with a value: nothing when it is valid. */
  problems(value: unknown): SchemaProblem[];
}

/** Why no value can be judged by a schema. */
export interface Refused {
  readonly refused: string;
}

export const CIRCLE: Refused = { refused: 'a reference leads back to itself' };

/** Makes a validator of a schema, or says why there can be none. */
export function createValidator(schema: JsonSchema): Validator | Refused {
  if (hasCircle(schema)) return CIRCLE;
  try {
    const validate = compile(schema);
    const problems = (value: unknown): SchemaProblem[] => {
      try {
        return validate(value) ? [] : (validate.errors ?? []).map(problemOf);
      } catch (error) {
        // Such as two objects with a key `toString` that are to be compared.
        return [{ path: '', message: `ajv cannot judge it: ${messageOf(error)}`, unsure: true }];
      }
    };
    return { isValid: (value) => problems(value).length === 0, problems };
  } catch (error) {
    return { refused: messageOf(error) };
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function problemOf({ instancePath, message, params }: ErrorObject): SchemaProblem {
  const details = ['allowedValues', 'allowedValue', 'additionalProperty'].flatMap((name) =>
    name in params ? [JSON.stringify(params[name])] : [],
  );
  return { path: instancePath, message: [message ?? 'is not valid', ...details].join(': ') };
}
