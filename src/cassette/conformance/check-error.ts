import { isJsonObject, isWireError, type WireErrorBody } from '../../protocol/wire-message.ts';
import type { AnsweredExchange, RecordedRequest } from '../exchange.ts';
import { compareJson, type JsonDifference } from './compare-json.ts';
import { disagreement, type Disagreement } from './disagreement.ts';

/** What a fake must know beside a request to refuse it as the API did. */
export interface RecordedWorld {
  /** What came for a key: one the API knows, another one, or none. Recordings do not keep it. */
  readonly key: 'valid' | 'invalid' | 'missing';
  /** Models the API knows. */
  readonly models: readonly string[];
}

/** Sends a recorded request to a fake. */
export type AskFake = (
  request: RecordedRequest,
  world: RecordedWorld,
) => Promise<{ readonly status: number; readonly body: unknown }>;

/** Refusals that say something about the account, or about things of which the request holds only an id. */
const OF_THE_WORLD =
  /credit balance|usage limit|spend|quota|bearer|oauth|organi[sz]ation|workspace|file.*not found|container.*(?:not found|expired)/i;
const UNKNOWN_MODEL = /^model: /;

/** Texts that were replaced: whoever recorded one of a group would get the other today (recorded February and August 2026). */
const REWORDED: readonly (readonly string[])[] = [['invalid x-api-key', 'API key is invalid.']];

/** Whether a request is one for a message. */
export function isMessageRequest(request: RecordedRequest | undefined): request is RecordedRequest {
  const path = request?.path.split('?')[0] ?? '';
  return request?.method === 'POST' && /(?:^|\/v1)\/messages$/.test(path);
}

/**
 * Whether an error follows from its request, given valid keys and known models: then a fake must give the same. Errors
 * of overload, of limits, of the account and of other endpoints do not.
 */
export function followsFromRequest({ request, response }: AnsweredExchange): boolean {
  const { status, body } = response;
  if (!isMessageRequest(request) || !isWireError(body)) return false;
  const message = String(body.error['message']);
  if (status === 404) return UNKNOWN_MODEL.test(message);
  return (status === 400 || status === 401) && !OF_THE_WORLD.test(message);
}

/** The models a recording shows to exist: all its requests name, but for those that were answered as unknown. */
export function knownModels(exchanges: readonly AnsweredExchange[]): string[] {
  const unknown = new Set(exchanges.filter(isOfUnknownModel).flatMap(modelOf));
  return [...new Set(exchanges.flatMap(modelOf))].filter((model) => !unknown.has(model));
}

/** Whether a fake refuses a request as the API refused it: same status, same type, same text. */
export async function checkError(
  { request, response }: AnsweredExchange,
  models: readonly string[],
  ask: AskFake,
): Promise<Disagreement[]> {
  if (!request || !isWireError(response.body)) return [];
  const answer = await ask(request, { key: keyOf(response), models });
  const recorded = essence(response.status, response.body);
  const faked = isWireError(answer.body)
    ? essence(answer.status, answer.body)
    : { status: answer.status };
  const names = ['recorded', 'the fake'] as const;
  const different = compareJson(recorded, faked).filter((each) => !isReworded(each));
  return different.map((each) => disagreement('error', each, names));
}

function essence(status: number, { error }: WireErrorBody): object {
  return { status, error: { type: error['type'], message: error['message'] } };
}

function keyOf({ status, body }: AnsweredExchange['response']): RecordedWorld['key'] {
  if (status !== 401) return 'valid';
  const message = isWireError(body) ? String(body.error['message']) : '';
  return /required/i.test(message) ? 'missing' : 'invalid';
}

function isReworded({ path, left, right }: JsonDifference): boolean {
  const group = REWORDED.find((texts) => texts.some((text) => text === left));
  return path === 'error.message' && (group?.some((text) => text === right) ?? false);
}

function modelOf({ request }: AnsweredExchange): string[] {
  const model = isJsonObject(request?.body) ? request.body['model'] : undefined;
  return typeof model === 'string' ? [model] : [];
}

function isOfUnknownModel({ response: { body } }: AnsweredExchange): boolean {
  if (!isWireError(body) || body.error['type'] !== 'not_found_error') return false;
  return UNKNOWN_MODEL.test(String(body.error['message']));
}
