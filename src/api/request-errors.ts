import type * as z from 'zod';
import { ApiError } from '../protocol/errors.ts';

type Issue = z.core.$ZodIssue;

const TYPE_MESSAGES: Record<string, string> = {
  string: 'Input should be a valid string',
  number: 'Input should be a valid number',
  int: 'Input should be a valid integer',
  boolean: 'Input should be a valid boolean',
  array: 'Input should be a valid list',
  object: 'Input should be a valid dictionary',
  record: 'Input should be a valid dictionary',
};

/** The 400 for a body that breaks the schema: the first problem, worded as the API words it. */
export function schemaError(body: unknown, error: z.ZodError): ApiError {
  const issue = deepest(error.issues);
  const path = issue.path.join('.');
  const reason = describe(issue, valueAt(body, issue.path));
  return new ApiError('invalid_request_error', path ? `${path}: ${reason}` : reason, {
    rule: 'request.schema',
    path,
    fix: 'Compare the request with the Messages API reference.',
  });
}

export function invalidJson(): ApiError {
  return new ApiError('invalid_request_error', 'The request body is not valid JSON.', {
    rule: 'request.json',
    fix: 'Send a JSON object as the body.',
  });
}

/** Of a union's branches the one that got furthest says most about what is wrong. */
function deepest(issues: readonly Issue[]): Issue {
  const [first] = issues.map((issue): Issue => {
    if (issue.code !== 'invalid_union' || issue.errors.length === 0) return issue;
    const branches = issue.errors.map((branch) => deepest(branch));
    const best = branches.reduce((a, b) => (b.path.length > a.path.length ? b : a));
    return { ...best, path: [...issue.path, ...best.path] };
  });
  if (!first) throw new Error('A schema error without an issue.');
  return first;
}

function describe(issue: Issue, value: unknown): string {
  if (value === undefined) return 'Field required';
  if (issue.code === 'invalid_type') return TYPE_MESSAGES[issue.expected] ?? issue.message;
  if (issue.code === 'invalid_value') {
    const values = issue.values.map((allowed) => `'${String(allowed)}'`);
    return `Input should be ${values.join(' or ')}`;
  }
  return issue.message;
}

function valueAt(body: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, key) =>
      typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined,
    body,
  );
}
