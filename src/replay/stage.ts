import { messageIn } from '../cassette/body.ts';
import type { RecordedRequest, RecordedResponse } from '../cassette/exchange.ts';
import { createObserver, type Observer } from '../cassette/observer.ts';
import type { Note } from '../machine/note.ts';
import { isJsonObject } from '../protocol/wire-message.ts';
import type { EventInput } from '../transcript/events.ts';
import type { Transcript } from '../transcript/transcript.ts';

/** Writes down what happens in a replay, session by session. */
export interface Stage {
  /** A request came. Returns its id: the recorded one, or a made up one. */
  receive(session: string, request: RecordedRequest, id?: string): string;
  /** It broke a rule. */
  note(session: string, id: string, note: Note): void;
  /** It was answered; with the `request` it took its conversation on. */
  send(session: string, id: string, response: RecordedResponse, request?: RecordedRequest): void;
}

export function createStage(transcript: Transcript): Stage {
  const observers = new Map<string, Observer>();
  let requests = 0;

  function record(session: string, event: EventInput): void {
    transcript.append({ ...event, session, at: 0 });
  }

  return {
    receive(session, { body, text }, id = `request-${++requests}`) {
      if (!observers.has(session)) {
        record(session, { type: 'session.started', seed: '', epoch: 0 });
        observers.set(
          session,
          createObserver((event) => record(session, event)),
        );
      }
      record(session, { type: 'request.received', request: id, body: body ?? text });
      return id;
    },
    note: (session, id, note) => record(session, { type: 'finding', request: id, ...note }),
    send(session, id, response, request) {
      const { status } = response;
      const message = status === 200 ? messageIn(response) : undefined;
      if (message && request) {
        observers.get(session)?.request(request.body);
        observers.get(session)?.response(message);
      }
      const body = message ?? (isJsonObject(response.body) ? response.body : {});
      record(session, { type: 'response.sent', request: id, status, body });
    },
  };
}
