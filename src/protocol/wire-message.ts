import * as z from 'zod';
import { JsonObject } from './json-object.ts';
import { WireBlock } from './wire-blocks.ts';

/** The body of a response as the real API sends it, or sent it at some time: fields nobody here knows included. */
export type WireMessage = JsonObject & {
  model: string;
  id: string;
  type: 'message';
  role: 'assistant';
  content: WireBlock[];
  usage: JsonObject;
};

/** What a recorded message must look like. It checks; what is kept is the value itself, not a copy. */
const MessageCheck = z.looseObject({
  model: z.string(),
  id: z.string(),
  type: z.literal('message'),
  role: z.literal('assistant'),
  content: z.array(WireBlock),
  container: z.looseObject({ id: z.string(), expires_at: z.string() }).nullish(),
  stop_reason: z.string(),
  stop_sequence: z.string().nullish(),
  stop_details: JsonObject.nullish(),
  usage: z.looseObject({ input_tokens: z.int(), output_tokens: z.int() }),
});

/** What a recorded error body must look like. `request_id` is null for a refused key (recorded August 2026). */
const ErrorCheck = z.looseObject({
  type: z.literal('error'),
  error: z.looseObject({ type: z.string(), message: z.string() }),
  request_id: z.string().nullish(),
});

/** One thing in a body that is not as the API sends it. */
export interface WireProblem {
  /** Where, such as `content.2.id`. */
  readonly path: string;
  readonly message: string;
}

/** Whether a value says of itself that it is a message. */
export function isWireMessage(value: unknown): value is WireMessage {
  return isJsonObject(value) && value['type'] === 'message' && Array.isArray(value['content']);
}

/** The body of an error response, as the real API sends it. */
export type WireErrorBody = JsonObject & { type: 'error'; error: JsonObject };

/** Whether a value says of itself that it is the body of an error. */
export function isWireError(value: unknown): value is WireErrorBody {
  return isJsonObject(value) && value['type'] === 'error' && isJsonObject(value['error']);
}

/** What is wrong with a recorded message or error body: nothing for all the API is known to send. */
export function wireProblems(body: WireMessage | WireErrorBody): WireProblem[] {
  const check = isWireError(body) ? ErrorCheck : MessageCheck;
  const issues = check.safeParse(body).error?.issues ?? [];
  return issues.map(({ path, message }) => ({ path: path.join('.'), message }));
}

/** Whether a value is a JSON object, not null and not a list. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
