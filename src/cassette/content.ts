import { WireBlock } from '../protocol/wire-blocks.ts';
import { isJsonObject } from '../protocol/wire-message.ts';

/** The text of a content: a text itself, or that of its blocks. */
export function textIn(content: unknown): string {
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) return '';
  return content
    .filter(isJsonObject)
    .map(({ text }) => (typeof text === 'string' ? text : ''))
    .join('');
}

/** The blocks that responses can have. */
export function wireBlocksOf(message: Record<string, unknown>): WireBlock[] {
  return blocksOf(message).flatMap((block) => WireBlock.safeParse(block).data ?? []);
}

/** The blocks of a message's content; a text counts as one. */
export function blocksOf(message: Record<string, unknown> | undefined): Record<string, unknown>[] {
  const content = message?.['content'];
  if (typeof content === 'string') return [{ type: 'text', text: content }];
  return Array.isArray(content) ? content.filter(isJsonObject) : [];
}
