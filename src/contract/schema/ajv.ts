import type { AnySchema, ValidateFunction } from 'ajv';
import addFormats from 'ajv-formats';
import { Ajv2020 } from 'ajv/dist/2020.js';

// Making one costs more than compiling most schemas.
const thorough = createAjv(true);
let quick: Ajv2020 | undefined;

function createAjv(allErrors: boolean): Ajv2020 {
  const ajv = new Ajv2020({ strict: false, allErrors, logger: false });
  addFormats.default(ajv);
  return ajv;
}

/**
 * Compiles a schema of the 2020-12 dialect: formats are asserted, keywords that are not known are let be. Throws where
 * ajv refuses the schema.
 */
export function compile(schema: AnySchema): ValidateFunction {
  return compileIn(thorough, schema);
}

/**
 * The same, as ajv does it by default: it stops at the first error, and misses that a list lacks what it has to contain
 * where `prefixItems` stand beside it.
 */
export function compileQuick(schema: AnySchema): ValidateFunction {
  return compileIn((quick ??= createAjv(false)), schema);
}

function compileIn(ajv: Ajv2020, schema: AnySchema): ValidateFunction {
  try {
    return ajv.compile(schema);
  } finally {
    // Two versions of a schema may have the same `$id`.
    ajv.removeSchema(schema);
  }
}

/** Whether ajv knows a format. */
export function isKnownFormat(format: string): boolean {
  return thorough.formats[format] !== undefined;
}
