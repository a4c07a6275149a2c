import type { JsonObject } from '../protocol/json-object.ts';
import { isJsonObject } from '../protocol/wire-message.ts';

/** What a message says, however a client writes it. */
export interface MessageEssence {
  readonly role: unknown;
  /** The text of all its blocks. */
  readonly text: string;
  /** Its other blocks, without what says how to cache them. */
  readonly blocks: readonly JsonObject[];
}

/** Messages in the one form that all spellings of them share: neighbours of the same role are one message. */
export function essenceOf(messages: unknown): MessageEssence[] {
  const merged: { role: unknown; text: string; blocks: JsonObject[] }[] = [];
  for (const message of Array.isArray(messages) ? messages.filter(isJsonObject) : []) {
    const { role, content } = message;
    let last = merged.at(-1);
    if (!last || last.role !== role) merged.push((last = { role, text: '', blocks: [] }));
    for (const block of blocksOf(content)) {
      if (block['type'] === 'text') last.text += String(block['text']);
      else last.blocks.push(withoutCaching(block));
    }
  }
  return merged;
}

function blocksOf(content: unknown): JsonObject[] {
  if (typeof content === 'string') return [{ type: 'text', text: content }];
  return Array.isArray(content) ? content.filter(isJsonObject) : [];
}

/** A result that is a text, or one block of it, is the same result. */
function withoutCaching(cached: JsonObject): JsonObject {
  const { cache_control: _, ...block } = cached;
  if (block['type'] !== 'tool_result') return block;
  const content = blocksOf(block['content']);
  const isText = content.every(({ type }) => type === 'text');
  return isText ? { ...block, content: content.map(({ text }) => String(text)).join('') } : block;
}
