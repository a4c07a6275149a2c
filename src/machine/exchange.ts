import { isDeepStrictEqual } from 'node:util';
import type { MessageRequest } from '../protocol/request.ts';
import type { ApiVersion } from '../protocol/revisions/api-version.ts';
import { blocksOf } from './checks/history.ts';
import type { Session, SessionResponse } from './session.ts';

/** A request on its way to its session. */
export interface IncomingRequest {
  readonly body: MessageRequest;
  readonly apiVersion: ApiVersion;
  /** The session the client names, if it does. */
  readonly key?: string | undefined;
  /** The `anthropic-beta` header. */
  readonly betas?: string | undefined;
  /** Whether the client says that it tried this before. */
  readonly isRetry: boolean;
}

/** A request, and what it was answered. */
export interface Exchange {
  readonly session: Session;
  /** The whole request, as it would be without a thread. */
  readonly body: MessageRequest;
  readonly key: string | undefined;
  response: SessionResponse | Promise<SessionResponse>;
  /** Whether the response never reached the client whole. */
  isLost: boolean;
}

/** Whether a request asks for what another did, streamed or not. */
export function asksTheSame(
  other: Exchange,
  body: MessageRequest,
  key: string | undefined,
): boolean {
  const { stream } = body;
  return other.key === key && isDeepStrictEqual({ ...other.body, stream }, { ...body, stream });
}

/** Whether a request goes on with a turn: it answers calls, or sends a paused response back. */
export function goesOn({ messages }: MessageRequest): boolean {
  const last = messages.at(-1);
  if (!last) return false;
  return last.role === 'assistant' || blocksOf(last).some(({ type }) => type === 'tool_result');
}
