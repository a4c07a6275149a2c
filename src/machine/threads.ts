import { isDeepStrictEqual } from 'node:util';
import { ApiError, type BrokenRule } from '../protocol/errors.ts';
import type { Fidelity } from '../protocol/fidelity.ts';
import type { Message } from '../protocol/message.ts';
import { MessageParam, type MessageRequest } from '../protocol/request.ts';
import { refusal } from './checks/check.ts';
import type { Session } from './session.ts';

export const THREADS_BETA = 'message-threads-2026-08-12';

/** How long a response can be continued, in virtual milliseconds. */
export const THREAD_LIFETIME = 300_000;

/** What a thread keeps of the request that created it; a request that continues it brings the rest. */
const KEPT_FIELDS = ['system', 'tools'] as const;

/** Conversations that the API holds for its clients: a request that continues one brings only what is new. */
export interface Threads {
  /** What a request stands for. Returns why not, when it cannot be on a thread. */
  resolve(request: MessageRequest, betas: string): ResolvedRequest | ApiError;
}

export interface ResolvedRequest {
  /** The whole request, as it would be without a thread. */
  readonly body: MessageRequest;
  /** The response it continues. */
  readonly previous?: ThreadedResponse | undefined;
  /** To be called with its answer: a response can be continued, a refusal leaves the thread as it was. */
  settle(answer: ThreadedAnswer | undefined): void;
  /** The thread is forgotten. */
  lose(): void;
}

/** A response on a thread. */
interface ThreadedAnswer {
  readonly session: Session;
  readonly message: Message;
  /** The virtual time it was sent at. */
  readonly at: number;
}

export interface ThreadedResponse extends ThreadedAnswer {
  /** The whole request it answered. */
  readonly body: MessageRequest;
  state: 'open' | 'in flight' | 'continued';
  /** The whole request that continues it, or has continued it. */
  continuation?: MessageRequest | undefined;
}

const nothing = (): void => {};

export function createThreads({
  threadUnsupported,
  threadRepeatedFields,
}: Pick<Fidelity, 'threadUnsupported' | 'threadRepeatedFields'>): Threads {
  /** By the ids of their messages. */
  const responses = new Map<string, ThreadedResponse>();

  function checkSupported(request: MessageRequest, betas: string): ApiError | undefined {
    if (!betas.includes(THREADS_BETA)) return betaMissing();
    const unsupported = threadUnsupported.filter((field) => request[field] !== undefined);
    return unsupported.length > 0 ? unsupportedRequest(unsupported) : undefined;
  }

  function checkRepeated(
    request: MessageRequest,
    { body }: ThreadedResponse,
  ): ApiError | undefined {
    const changed = KEPT_FIELDS.filter((field) => {
      if (request[field] === undefined) return false;
      return threadRepeatedFields === 'rejected' || !isDeepStrictEqual(request[field], body[field]);
    });
    return changed.length > 0 ? fingerprintMismatch(changed) : undefined;
  }

  return {
    resolve(request, betas) {
      const { thread, ...fields } = request;
      if (!thread) return { body: request, settle: nothing, lose: nothing };
      const unsupported = checkSupported(request, betas);
      if (unsupported) return unsupported;
      const remember = (body: MessageRequest, answer: ThreadedAnswer): void => {
        responses.set(answer.message.id, { ...answer, body, state: 'open' });
      };
      if (thread.type === 'create') {
        const settle = (answer?: ThreadedAnswer) => answer && remember(fields, answer);
        return { body: fields, settle, lose: nothing };
      }
      const previous = responses.get(thread.previous_message_id);
      if (!previous) return threadNotFound(thread.previous_message_id);
      const body = continued(fields, previous);
      if (previous.state !== 'open') return notOpen(previous, body);
      const changed = checkRepeated(request, previous);
      if (changed) return changed;
      previous.state = 'in flight';
      previous.continuation = body;
      return {
        body,
        previous,
        settle(answer) {
          previous.state = answer ? 'continued' : 'open';
          if (answer) remember(body, answer);
        },
        lose: () => void responses.delete(previous.message.id),
      };
    },
  };
}

function continued(request: MessageRequest, { body, message }: ThreadedResponse): MessageRequest {
  const { content } = message;
  // Read as a client would send it back, so that a replay of the whole conversation is the same request.
  const answer = MessageParam.parse({ role: 'assistant', content });
  return {
    ...request,
    ...(body.system !== undefined && { system: body.system }),
    ...(body.tools && { tools: body.tools }),
    messages: [...body.messages, answer, ...request.messages],
  };
}

const REPLAY = 'Replay the full conversation with `thread: {"type": "create"}`.';

/** The texts of these refusals are guesses; types and codes are those the SDK handles. */
function threadNotFound(id: string): ApiError {
  return notFound(id, {
    rule: 'thread.not_found',
    path: 'thread.previous_message_id',
    fix: `Continue from the id of a response on a thread. ${REPLAY}`,
  });
}

/** Time is up. That is nothing the client did wrong. */
export function threadExpired(id: string): ApiError {
  return notFound(id);
}

function notFound(id: string, broken?: BrokenRule): ApiError {
  const message = `thread.previous_message_id: No usable thread state was found for ${id}.`;
  return new ApiError('not_found_error', message, broken, { error_code: 'thread_not_found' });
}

function notOpen(
  { state, message, continuation }: ThreadedResponse,
  body: MessageRequest,
): ApiError {
  const path = 'thread.previous_message_id';
  if (state === 'in flight') {
    return refusal('thread.in_flight', {
      path,
      reason: `Another request is still continuing from ${message.id}.`,
      fix: `Wait for its response and continue from that. ${REPLAY}`,
      details: { error_code: 'thread_continue_in_flight' },
    });
  }
  const refused = refusal('thread.already_continued', {
    path,
    reason: `${message.id} has already been continued; each response can be continued only once.`,
    fix: `Continue from the id of the latest response. ${REPLAY}`,
    details: { error_code: 'thread_already_continued' },
  });
  // A client whose response got lost cannot know: it is told, and that is nothing it did wrong.
  return isDeepStrictEqual(body, continuation) ? withoutBlame(refused) : refused;
}

function withoutBlame({ type, message, details }: ApiError): ApiError {
  return new ApiError(type, message, undefined, details);
}

function fingerprintMismatch(fields: readonly string[]): ApiError {
  const names = fields.map((field) => `\`${field}\``).join(', ');
  return refusal('thread.fingerprint_mismatch', {
    path: 'thread',
    reason: `${names} must stay the same across the turns of a thread.`,
    fix: `Leave ${names} out when continuing. ${REPLAY}`,
    details: { error_code: 'thread_fingerprint_mismatch' },
  });
}

function unsupportedRequest(unsupported: readonly string[]): ApiError {
  const names = unsupported.map((field) => `\`${field}\``).join(', ');
  return refusal('thread.unsupported', {
    path: 'thread',
    reason: `Threads do not support ${names}.`,
    fix: 'Send the full conversation without `thread`, or leave the field out.',
    details: { error_code: 'thread_unsupported_request', unsupported },
  });
}

function betaMissing(): ApiError {
  return refusal('thread.beta', {
    path: 'thread',
    reason: 'Extra inputs are not permitted',
    fix: `Send the header \`anthropic-beta: ${THREADS_BETA}\`.`,
  });
}
