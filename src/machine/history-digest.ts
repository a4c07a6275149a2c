import { hash } from 'node:crypto';
import { blockId } from '../protocol/block-params.ts';
import type { MessageParam } from '../protocol/request.ts';
import { blocksOf } from './checks/history.ts';

/** For each message a digest of it and all before it, insensitive to how a client writes the same content. */
export function historyDigests(messages: readonly MessageParam[]): string[] {
  let before = '';
  return messages.map((message) => {
    const essence = blocksOf(message).map((block) => {
      if (block.type === 'text') return block.text;
      return blockId(block) ?? ('tool_use_id' in block ? block.tool_use_id : block);
    });
    before = sha256([before, message.role, essence]);
    return before;
  });
}

/** The digest of a whole history. */
export function historyDigest(messages: readonly MessageParam[]): string {
  return historyDigests(messages).at(-1) ?? '';
}

/** The digest of any JSON value, keys in the order they stand. */
export function sha256(value: unknown): string {
  return hash('sha256', JSON.stringify(value));
}
