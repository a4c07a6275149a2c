import type * as z from 'zod';
import { ApiError } from '../protocol/errors.ts';
import type { RuleId } from '../protocol/requirements.ts';
import { type ApiVersion, isApiVersion } from '../protocol/revisions/api-version.ts';
import type { ApiRequest } from './exchange.ts';
import {
  bodyTooLarge,
  contentTypeError,
  invalidJson,
  nestedTooDeeply,
  schemaError,
  unknownApiVersion,
  withoutUnknownFields,
} from './request-errors.ts';

/** A request with a body, read and checked as far as its schema goes. */
export interface ReadRequest<Body> {
  readonly body: Body;
  readonly apiVersion: ApiVersion;
}

/** Why a request could not be read, and what there is of its body: the text when it is no JSON. */
interface Unreadable {
  readonly error: ApiError;
  readonly body: unknown;
}

const MAX_BYTES = 32 * 1024 * 1024;
/** Deeper than any schema or tool input; far from what would overflow a stack. */
const MAX_DEPTH = 500;
/** How much of a body that is too large goes into the transcript. */
const SHOWN_OF_TOO_LARGE = 1000;

/** Reads the text of a request and its version. With `request.schema` ignored, fields that nobody knows are left out. */
export function readRequest<Body>(
  text: string,
  request: ApiRequest,
  schema: z.ZodType<Body>,
  ignoredRules?: ReadonlySet<string>,
): ReadRequest<Body> | Unreadable {
  if (Buffer.byteLength(text) > MAX_BYTES) {
    return { error: bodyTooLarge(), body: text.slice(0, SHOWN_OF_TOO_LARGE) };
  }
  const contentType = request.header('content-type');
  if (contentType !== undefined && !/json|text\/plain/i.test(contentType)) {
    return { error: contentTypeError(contentType), body: text };
  }
  const body = parseJson(text);
  if (body === undefined) return { error: invalidJson(), body: text };
  if (isDeeperThan(body, MAX_DEPTH)) return { error: nestedTooDeeply(MAX_DEPTH), body: text };
  const apiVersion = readVersion(request);
  if (apiVersion instanceof ApiError) return { error: apiVersion, body };
  let parsed = schema.safeParse(body);
  let known: unknown = body;
  while (!parsed.success && ignoredRules?.has('request.schema' satisfies RuleId)) {
    known = withoutUnknownFields(known, parsed.error);
    if (known === undefined) break;
    parsed = schema.safeParse(known);
  }
  if (!parsed.success) return { error: schemaError(body, parsed.error), body };
  return { body: parsed.data, apiVersion };
}

/** The version a request asks for. Requests without the header, as raw ones are, get the older one. */
export function readVersion(request: ApiRequest): ApiVersion | ApiError {
  const header = request.header('anthropic-version');
  if (header === undefined) return '2023-06-01';
  return isApiVersion(header) ? header : unknownApiVersion(header);
}

/** Whether JSON is nested deeper than a limit. It looks no deeper than that, so the recursion cannot overflow. */
function isDeeperThan(value: unknown, limit: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (limit === 0) return true;
  return Object.values(value).some((inner) => isDeeperThan(inner, limit - 1));
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
