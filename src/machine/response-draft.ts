import type { ContentBlock } from '../protocol/blocks.ts';
import type { Fidelity } from '../protocol/fidelity.ts';
import type { Container, Message } from '../protocol/message.ts';
import type { MessageRequest } from '../protocol/request.ts';
import type { SandboxContainer } from '../protocol/sandbox.ts';
import type { WebTool } from '../protocol/web.ts';
import type { StreamForm } from '../protocol/stream.ts';
import { resumedUsage, sampledUsage } from './usage.ts';

/** A message, and how it would be streamed. */
export interface Reply {
  readonly message: Message;
  readonly form: StreamForm;
}

/** What a response holds so far. */
export interface ResponseDraft {
  readonly request: MessageRequest;
  readonly content: ContentBlock[];
  /** The container the response names. */
  container: SandboxContainer | undefined;
  /** Whether the model wrote any of it; otherwise it only resumed a cell. */
  sampled: boolean;
  /** How often code searched and fetched. */
  readonly web: Record<WebTool, number>;
}

/** How a response ends. */
export type Ending = Pick<Message, 'stop_reason'> &
  Partial<Pick<Message, 'stop_sequence' | 'stop_details'>>;

/** Completes a response. */
export function finishResponse(
  { request, content, sampled, web }: ResponseDraft,
  ending: Ending,
  {
    id,
    container,
    fidelity,
  }: {
    readonly id: string;
    readonly container: Container | undefined;
    readonly fidelity: Fidelity;
  },
): Reply {
  const message: Message = {
    model: request.model,
    id,
    type: 'message',
    role: 'assistant',
    // What grew keeps room to grow.
    content: content.slice(),
    ...(container && { container }),
    stop_reason: ending.stop_reason,
    stop_sequence: ending.stop_sequence ?? null,
    stop_details: ending.stop_details ?? null,
    usage: sampled ? sampledUsage(request, content, { fidelity, web }) : resumedUsage(web),
  };
  return { message, form: sampled ? 'sampled' : 'resumed' };
}
