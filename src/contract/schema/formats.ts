import type { ValidateFunction } from 'ajv';
import { compile, isKnownFormat } from './ajv.ts';
import type { Answer } from './shapes.ts';

const validators = new Map<string, ValidateFunction>();

/** Whether a string is of a format, by ajv's rules. Undefined for a format that ajv does not know. */
export function isOfFormat(text: string, format: string): Answer {
  if (!isKnownFormat(format)) return undefined;
  let validate = validators.get(format);
  if (!validate) validators.set(format, (validate = compile({ format })));
  return validate(text);
}
