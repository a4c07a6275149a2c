import type * as z from 'zod';
import { formatPath } from '../json-path.ts';
import { schemaProblems } from './schema-problems.ts';

/**
 * What a function was given, as a schema reads it. Throws a `TypeError` that says what is wrong where: without a compiler
 * nothing else would, and an expectation that says nothing passes.
 */
export function readArgument<Value>(value: unknown, name: string, schema: z.ZodType<Value>): Value {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const problems = schemaProblems(parsed.error, { schema, value }).map(({ path, message }) =>
    [formatPath(path, name), message].join(': '),
  );
  throw new TypeError(problems.join('\n'));
}
