import { hash } from 'node:crypto';
import { blockId, type ContentBlockParam } from '../protocol/block-params.ts';
import type { MessageParam } from '../protocol/request.ts';
import { blocksOf } from './checks/history.ts';

/** A digest of a history: of a message and all before it. */
export interface HistoryDigest {
  readonly digest: string;
  /** Who spoke last. */
  readonly speaker: string;
}

const START: HistoryDigest = { digest: '', speaker: '' };

/**
 * The digests of a history, one a message. They are insensitive to how a client writes the same content: as a text or as
 * blocks, in one message or in several of the same role.
 */
export function historyDigests(messages: readonly MessageParam[]): HistoryDigest[] {
  let digest = START;
  return messages.map((message) => (digest = extendDigest(digest, message)));
}

/** The digest of a history and one more message. */
export function extendDigest(
  { digest, speaker }: HistoryDigest = START,
  message: MessageParam,
): HistoryDigest {
  let extended = digest;
  let before = speaker;
  for (const block of blocksOf(message)) {
    extended = sha256([extended, message.role === before ? '' : message.role, essenceOf(block)]);
    before = message.role;
  }
  return { digest: extended, speaker: before };
}

function essenceOf(block: ContentBlockParam): unknown {
  if (block.type === 'text') return block.text;
  return blockId(block) ?? ('tool_use_id' in block ? block.tool_use_id : block);
}

/** The digest of any JSON value, keys in the order they stand. */
export function sha256(value: unknown): string {
  return hash('sha256', JSON.stringify(value));
}
