import type * as z from 'zod';
import { ApiError } from '../protocol/errors.ts';
import { CONTENT_BLOCK_TYPES } from '../protocol/block-params.ts';
import { API_VERSIONS } from '../protocol/revisions/api-version.ts';
import { TOOL_TYPES } from '../protocol/tool-params.ts';

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
  const { path, reason } = describe(issue, body);
  const location = taggedPath(body, path).join('.');
  return new ApiError('invalid_request_error', location ? `${location}: ${reason}` : reason, {
    rule: 'request.schema',
    path: location,
    fix: 'Compare the request with the Messages API reference.',
  });
}

/** A body without the fields its first problem is about; undefined when that is something else. */
export function withoutUnknownFields(body: unknown, error: z.ZodError): unknown {
  const issue = deepest(error.issues);
  if (issue.code !== 'unrecognized_keys') return undefined;
  const copy: unknown = structuredClone(body);
  for (const key of issue.keys) Reflect.deleteProperty(Object(valueAt(copy, issue.path)), key);
  return copy;
}

export function invalidJson(): ApiError {
  return new ApiError('invalid_request_error', 'The request body is not valid JSON.', {
    rule: 'request.json',
    fix: 'Send a JSON object as the body.',
  });
}

export function nestedTooDeeply(limit: number): ApiError {
  return new ApiError(
    'invalid_request_error',
    `The request body is nested deeper than ${limit} levels.`,
    { rule: 'request.json', fix: 'Flatten the JSON, or send the deep part as a string.' },
  );
}

export function bodyTooLarge(): ApiError {
  return new ApiError('request_too_large', 'Request exceeds the maximum size', {
    rule: 'request.too_large',
    fix: 'Send at most 32 MB; upload files with the Files API.',
  });
}

export function contentTypeError(contentType: string): ApiError {
  return new ApiError(
    'invalid_request_error',
    `Content-Type must be application/json, got ${contentType}.`,
    { rule: 'request.content_type', fix: 'Send the header `content-type: application/json`.' },
  );
}

export function unknownApiVersion(version: string): ApiError {
  return new ApiError(
    'invalid_request_error',
    `anthropic-version: "${version}" is not a valid version`,
    {
      rule: 'request.api_version',
      path: 'anthropic-version',
      fix: `Send one of ${API_VERSIONS.join(', ')}.`,
    },
  );
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

/** Where the problem is and what it is, in pydantic's words, which the API uses. */
function describe(issue: Issue, body: unknown): { path: readonly PropertyKey[]; reason: string } {
  const { path } = issue;
  if (issue.code === 'unrecognized_keys') {
    return { path: [...path, issue.keys[0]!], reason: 'Extra inputs are not permitted' };
  }
  if (issue.code === 'invalid_union' && issue.discriminator !== undefined) {
    const tag = valueAt(body, [...path.slice(0, -1), issue.discriminator]);
    if (tag === undefined) return { path, reason: 'Field required' };
    const expected = path[0] === 'tools' ? TOOL_TYPES : CONTENT_BLOCK_TYPES;
    const tags = expected.map((each) => `'${each}'`).join(', ');
    return {
      path: path.slice(0, -1),
      reason: `Input tag '${typeof tag === 'string' ? tag : JSON.stringify(tag)}' found using 'type' does not match any of the expected tags: ${tags}`,
    };
  }
  if (valueAt(body, path) === undefined) return { path, reason: 'Field required' };
  return { path, reason: reasonOf(issue) };
}

function reasonOf(issue: Issue): string {
  if (issue.code === 'invalid_type') return TYPE_MESSAGES[issue.expected] ?? issue.message;
  if (issue.code === 'invalid_value') {
    const values = issue.values.map((allowed) => `'${String(allowed)}'`);
    return `Input should be ${values.join(' or ')}`;
  }
  if (issue.code === 'too_small' && issue.origin === 'array') {
    return `List should have at least ${issue.minimum} item after validation, not 0`;
  }
  if (issue.code === 'too_small') {
    return `Input should be greater than or equal to ${issue.minimum}`;
  }
  return issue.message;
}

/** A path as the API writes it: behind the index of a tool or a content block stands its type. */
function taggedPath(body: unknown, path: readonly PropertyKey[]): PropertyKey[] {
  return path.flatMap((key, i): PropertyKey[] => {
    const inList =
      typeof key === 'number' && (path[i - 1] === 'tools' || path[i - 1] === 'content');
    // The type is part of the path of what is inside an item, not of the item itself.
    if (!inList || i === path.length - 1) return [key];
    const item = valueAt(body, path.slice(0, i + 1));
    const type = valueAt(item, ['type']);
    if (typeof type === 'string') return [key, type];
    return path[0] === 'tools' ? [key, 'custom'] : [key];
  });
}

function valueAt(body: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, key) =>
      typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined,
    body,
  );
}
