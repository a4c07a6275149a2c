import { Message } from '../../protocol/message.ts';
import { MessageRequest } from '../../protocol/request.ts';
import type { RequestFault } from '../../schedule/schedule.ts';
import type { EventOf, TranscriptEvent } from '../../transcript/events.ts';

/** A request of a transcript and what it was answered. */
export interface ExchangeView {
  readonly session: string;
  /** Its id. */
  readonly request: string;
  /** What was sent. Absent when it is no request for a message. */
  readonly sent?: MessageRequest | undefined;
  /** When it came, and when it was answered: virtual milliseconds. */
  readonly at: number;
  readonly answeredAt: number;
  readonly status: number;
  /** The message it was answered with, if it was. */
  readonly message?: Message | undefined;
  /** How long the client was told to wait before it tries again, in milliseconds. */
  readonly retryAfter?: number | undefined;
  /** What the schedule did to it. */
  readonly fault?: RequestFault | undefined;
}

/** The exchanges of a transcript, in the order in which they were answered. */
export function exchangesOf(events: readonly TranscriptEvent[]): ExchangeView[] {
  const open = new Map<string, { received: EventOf<'request.received'>; fault?: RequestFault }>();
  return events.flatMap((event): ExchangeView[] => {
    const { session } = event;
    const begun = open.get(session);
    if (event.type === 'request.received') open.set(session, { received: event });
    if (event.type === 'fault.injected' && event.fault.on === 'request' && begun) {
      begun.fault = event.fault;
    }
    if (event.type !== 'response.sent' || !begun) return [];
    open.delete(session);
    return [
      {
        session,
        request: event.request,
        sent: MessageRequest.safeParse(begun.received.body).data,
        at: begun.received.at,
        answeredAt: event.at,
        status: event.status,
        message: event.status === 200 ? Message.safeParse(event.body).data : undefined,
        retryAfter: event.retry_after,
        fault: begun.fault,
      },
    ];
  });
}

const DAMAGED: ReadonlySet<unknown> = new Set(['lost', 'cut', 'truncated', 'malformed']);

/** Whether the client cannot have got the whole response: it was damaged, or the client got the one to its second delivery. */
export function isDamaged({ fault }: ExchangeView): boolean {
  return DAMAGED.has(fault?.response) || fault?.delivered === 'twice';
}
