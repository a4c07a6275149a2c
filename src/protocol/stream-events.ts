import type { ContentBlock } from './blocks.ts';
import type { Message, Usage } from './message.ts';

/** A message before its stream has ended. */
export type StartedMessage = Omit<Message, 'stop_reason'> & {
  stop_reason: Message['stop_reason'] | null;
};

export type ContentDelta =
  | { type: 'text_delta'; text: string }
  | { type: 'input_json_delta'; partial_json: string };

/** The data of one server-sent event of a streamed response, as the fake sends it. */
export type StreamEvent =
  | { type: 'message_start'; message: StartedMessage }
  | { type: 'content_block_start'; index: number; content_block: ContentBlock }
  | { type: 'ping' }
  | { type: 'content_block_delta'; index: number; delta: ContentDelta }
  | { type: 'content_block_stop'; index: number }
  | {
      type: 'message_delta';
      delta: Pick<Message, 'stop_reason' | 'stop_sequence' | 'stop_details' | 'container'>;
      usage: Omit<Usage, 'service_tier' | 'inference_geo' | 'cache_creation'>;
    }
  | { type: 'message_stop' };

/** The data of one server-sent event, whoever sent it: fields and types nobody here knows included. */
export interface WireEvent {
  readonly type: string;
  readonly [key: string]: unknown;
}
