import * as z from 'zod';
import { createFakeApi, type FakeApi } from '../../src/api/create-fake-api.ts';
import { eventsToMessage } from '../../src/protocol/accumulate.ts';
import { Message } from '../../src/protocol/message.ts';
import { readServerSentEvents } from '../../src/protocol/sse.ts';
import type { WireEvent } from '../../src/protocol/stream-events.ts';
import type { Finding } from '../../src/transcript/events.ts';
import { MESSAGES_URL, runs, says } from '../support/conversation.ts';
import { createListScript } from '../support/list-script.ts';
import type { Conversation } from './conversations.ts';
import { createOrderlySandbox } from './sandbox.ts';

/** Models that exist for the fakes of this test. */
export const MODELS = ['claude-sonnet-4-6', 'claude-haiku-4-5-20251001', 'claude-opus-5'] as const;

/** A request as it goes out: mutations change the text and the headers as well as the JSON. */
export interface Outgoing {
  readonly body: string | Uint8Array<ArrayBuffer>;
  readonly headers: Readonly<Record<string, string>>;
}

export const HEADERS = {
  'content-type': 'application/json',
  'anthropic-version': '2023-06-01',
  'x-api-key': 'sk-ant-test',
};

export const outgoing = (json: unknown, headers: Record<string, string> = {}): Outgoing => ({
  body: JSON.stringify(json),
  headers: { ...HEADERS, ...headers },
});

export interface Answer {
  readonly status: number;
  /** Of a response with status 200. */
  readonly message: Message | undefined;
  /** The rule that refused the request. */
  readonly refused: string | undefined;
  /** Rules noted on the way, the refusal not included. */
  readonly notes: readonly string[];
  /** What is wrong with the answer itself, whatever it answers. */
  readonly faults: readonly string[];
  /** For reports: the message of the error. */
  readonly error: string | undefined;
}

/** More turns than the conversation has, for mutations that begin one: each runs a cell. */
const SPARE_TURN = [runs('spare'), says('Well.')];
const SPARE_TURNS = [SPARE_TURN, SPARE_TURN, SPARE_TURN, SPARE_TURN];

/** A fake that plays a conversation. The same conversation gets the same ids. */
export function fakeOf({ turns, cells }: Conversation): FakeApi {
  return createFakeApi({
    script: createListScript(...turns.map((steps) => [...steps]), ...SPARE_TURNS),
    sandbox: createOrderlySandbox({ ...cells, spare: [{ stdout: '7\n' }] }),
    models: MODELS,
  });
}

const STATUS: Record<string, number> = {
  invalid_request_error: 400,
  authentication_error: 401,
  not_found_error: 404,
  request_too_large: 413,
};

const ErrorBody = z.strictObject({
  type: z.literal('error'),
  error: z.strictObject({ type: z.string(), message: z.string().min(1) }),
  request_id: z.string().regex(/^req_01/),
});

const PATIENCE_MS = 20_000;

/** Sends a request and examines what comes back. */
export async function send(api: FakeApi, { body, headers }: Outgoing): Promise<Answer> {
  const seen = api.transcript.events.length;
  const init = { method: 'POST', body, headers };
  const settled = await settle(async () => {
    const response = await api.fetch(MESSAGES_URL, init);
    return { response, text: await response.text() };
  });
  const nothing = { message: undefined, refused: undefined, notes: [], error: undefined };
  if ('fault' in settled) return { ...nothing, status: 0, faults: [settled.fault] };
  const { response, text } = settled;
  const id = response.headers.get('request-id');
  const findings = api.transcript.events
    .slice(seen)
    .filter((event): event is Finding => event.type === 'finding' && event.request === id);
  const rules = findings.map(({ rule }) => rule);
  const faults = [
    ...(id?.startsWith('req_01') ? [] : [`The request-id is ${String(id)}.`]),
    ...(response.status < 500 ? [] : [`The status is ${response.status}: ${text}`]),
  ];
  if (response.status === 200) {
    const { message, fault } = readMessage(response, text);
    if (fault) faults.push(fault);
    return { ...nothing, status: 200, message, notes: rules, faults };
  }
  const error = ErrorBody.safeParse(parse(text));
  if (!error.success) faults.push(`The error body is malformed: ${text}`);
  else {
    if (error.data.request_id !== id) faults.push('The body has another request id.');
    if (response.status < 500 && STATUS[error.data.error.type] !== response.status) {
      faults.push(`The status is ${response.status} for ${error.data.error.type}.`);
    }
  }
  return {
    status: response.status,
    message: undefined,
    refused: rules.at(-1),
    notes: rules.slice(0, -1),
    faults,
    error: error.data?.error.message,
  };
}

async function settle<T>(work: () => Promise<T>): Promise<T | { fault: string }> {
  let timer: NodeJS.Timeout | undefined;
  const hang = new Promise<{ fault: string }>((resolve) => {
    timer = setTimeout(() => resolve({ fault: 'It hangs.' }), PATIENCE_MS);
  });
  const failed = (error: unknown) => ({ fault: `It throws: ${String(error)}` });
  const result = await Promise.race([work().catch(failed), hang]);
  clearTimeout(timer);
  return result;
}

function readMessage(response: Response, text: string): { message?: Message; fault?: string } {
  const streamed = response.headers.get('content-type')?.startsWith('text/event-stream');
  try {
    const body = streamed
      ? eventsToMessage(
          readServerSentEvents(text).map(({ data }): WireEvent => JSON.parse(data) as WireEvent),
        )
      : parse(text);
    return { message: Message.parse(body) };
  } catch (error) {
    return { fault: `The message is malformed: ${String(error)}` };
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
