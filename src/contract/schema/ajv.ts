import type { AnySchema, ValidateFunction } from 'ajv';
import addFormats from 'ajv-formats';
import { Ajv2020 } from 'ajv/dist/2020.js';

// Making one costs more than compiling most schemas.
const ajv = new Ajv2020({ strict: false, allErrors: true, logger: false });
addFormats.default(ajv);

/**
 * Compiles a schema of the 2020-12 dialect: formats are asserted, keywords that are not known are let be. Throws where
 * ajv refuses the schema.
 */
export function compile(schema: AnySchema): ValidateFunction {
  try {
    return ajv.compile(schema);
  } finally {
    // Two versions of a schema may have the same `$id`.
    ajv.removeSchema(schema);
  }
}

/** Whether ajv knows a format. */
export function isKnownFormat(format: string): boolean {
  return ajv.formats[format] !== undefined;
}
