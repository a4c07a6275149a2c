import type { ErrorObject } from 'ajv';
import { compile } from './ajv.ts';
import type { JsonSchema } from './document.ts';

export interface SchemaProblem {
  /** JSON Pointer to the value that is wrong. */
  readonly path: string;
  readonly message: string;
}

export interface Validator {
  isValid(value: unknown): boolean;
  /** What is wrong with a value: nothing when it is valid. */
  problems(value: unknown): SchemaProblem[];
}

/** Makes a validator of a schema, or says why ajv refuses the schema. */
export function createValidator(schema: JsonSchema): Validator | { readonly refused: string } {
  try {
    const validate = compile(schema);
    return {
      isValid: (value) => validate(value),
      problems: (value) => (validate(value) ? [] : (validate.errors ?? []).map(problemOf)),
    };
  } catch (error) {
    return { refused: error instanceof Error ? error.message : String(error) };
  }
}

function problemOf({ instancePath, message, params }: ErrorObject): SchemaProblem {
  const details = ['allowedValues', 'allowedValue', 'additionalProperty'].flatMap((name) =>
    name in params ? [JSON.stringify(params[name])] : [],
  );
  return { path: instancePath, message: [message ?? 'is not valid', ...details].join(': ') };
}
