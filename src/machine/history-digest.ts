import { hash } from 'node:crypto';
import { blockId, type ContentBlockParam } from '../protocol/block-params.ts';
import type { MessageParam } from '../protocol/request.ts';
import { blocksOf } from './checks/history.ts';

/**
 * For each message a digest of it and all before it, insensitive to how a client writes the same content: as a text or
 * as blocks, in one message or in several of the same role.
 */
export function historyDigests(messages: readonly MessageParam[]): string[] {
  let before = '';
  let speaker = '';
  return messages.map((message) => {
    for (const block of blocksOf(message)) {
      const speaks = message.role === speaker ? '' : message.role;
      before = sha256([before, speaks, essenceOf(block)]);
      speaker = message.role;
    }
    return before;
  });
}

function essenceOf(block: ContentBlockParam): unknown {
  if (block.type === 'text') return block.text;
  return blockId(block) ?? ('tool_use_id' in block ? block.tool_use_id : block);
}

/** The digest of a whole history. */
export function historyDigest(messages: readonly MessageParam[]): string {
  return historyDigests(messages).at(-1) ?? '';
}

/** The digest of any JSON value, keys in the order they stand. */
export function sha256(value: unknown): string {
  return hash('sha256', JSON.stringify(value));
}
