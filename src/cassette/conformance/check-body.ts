import { accumulate } from '../../protocol/accumulate.ts';
import { readServerSentEvents } from '../../protocol/sse.ts';
import { encodeEvent, messageToEvents, type StreamForm } from '../../protocol/stream.ts';
import type { WireEvent } from '../../protocol/stream-events.ts';
import {
  isWireError,
  isWireMessage,
  wireProblems,
  type WireMessage,
} from '../../protocol/wire-message.ts';
import { compareJson } from './compare-json.ts';
import { disagreement, type Disagreement } from './disagreement.ts';

/**
 * Whether a JSON body is as the API sends it and loses nothing on its way through callsheet: neither written as JSON nor,
 * for a message, streamed in either form and added up again.
 */
export function checkBody(body: unknown): Disagreement[] {
  const written: unknown = JSON.parse(JSON.stringify(body));
  const lost = compareJson(body, written, { order: true });
  const found = lost.map((each) => disagreement('body', each, ['recorded', 'written']));
  if (isWireError(body)) return [...found, ...problems(body)];
  if (!isWireMessage(body)) return found;
  return [...found, ...problems(body), ...checkMessage(body)];
}

/** Whether a message survives being streamed. */
export function checkMessage(message: WireMessage): Disagreement[] {
  const forms: StreamForm[] = ['sampled', 'resumed'];
  return forms.flatMap((form) => {
    const text = messageToEvents(message, { form }).map((event) => encodeEvent(event));
    const events = readServerSentEvents(text.join('')).map(({ data }): WireEvent =>
      JSON.parse(data),
    );
    const streamed = accumulate(events).message;
    const names = ['recorded', `streamed (${form})`] as const;
    return compareJson(message, streamed).map((each) => disagreement('body', each, names));
  });
}

/** What is not as the API is known to send it. */
export function problems(body: Parameters<typeof wireProblems>[0]): Disagreement[] {
  return wireProblems(body).map(({ path, message }) => ({ check: 'body', path, message }));
}
