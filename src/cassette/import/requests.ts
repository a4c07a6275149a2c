import { isJsonObject } from '../../protocol/wire-message.ts';
import type { Exchange, RecordedRequest } from '../exchange.ts';

/** Blocks that no other API has. */
const OURS = /^(?:tool_use|server_tool_use|\w*tool_result|thinking|container_upload)$/;

/**
 * Reads requests that were kept without their responses: bodies, or the messages of one. Each tells of the conversation
 * before it. Of requests that go on from one another the last one tells all. Undefined when a text holds none.
 */
export function readRequests(text: string): Exchange[] | undefined {
  const json = parseJson(text) ?? text.split(/\r?\n/).filter(Boolean).map(parseJson);
  const bodies = isMessages(json) ? [{ messages: json }] : Array.isArray(json) ? json : [json];
  if (bodies.length === 0 || !bodies.every(isRequest)) return undefined;
  const histories = bodies.map(({ messages }) =>
    messages.map((message) => JSON.stringify(message)),
  );
  return bodies
    .filter((_, i) => !histories.some((other) => goesOn(histories[i]!, other)))
    .map((body) => ({ request: asRequest(body) }));
}

interface RequestBody extends Record<string, unknown> {
  readonly messages: readonly unknown[];
}

function isRequest(value: unknown): value is RequestBody {
  return (
    isJsonObject(value) && !('choices' in value) && isMessages(value['messages'], value['model'])
  );
}

function isMessages(value: unknown, model?: unknown): value is unknown[] {
  if (!Array.isArray(value) || value.length === 0) return false;
  return value.every(isMessage) && (/claude/i.test(String(model)) || value.some(hasOurBlock));
}

/** Whether one history has all of another, and more. */
function goesOn(one: readonly string[], other: readonly string[]): boolean {
  return other.length > one.length && one.every((message, i) => message === other[i]);
}

function isMessage(value: unknown): boolean {
  return isJsonObject(value) && typeof value['role'] === 'string' && 'content' in value;
}

function hasOurBlock(message: unknown): boolean {
  const content = isJsonObject(message) ? message['content'] : undefined;
  return (
    Array.isArray(content) &&
    content.some((block) => isJsonObject(block) && OURS.test(String(block['type'])))
  );
}

function asRequest(body: RequestBody): RecordedRequest {
  return { method: 'POST', path: '/v1/messages', headers: {}, body };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
