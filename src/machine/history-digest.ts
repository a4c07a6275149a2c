import { hash } from 'node:crypto';
import { blockId, type ContentBlockParam } from '../protocol/block-params.ts';
import type { MessageParam } from '../protocol/request.ts';
import { blocksOf } from './checks/history.ts';

/** The state of the digest between two messages. */
interface Tip {
  readonly digest: string;
  readonly speaker: string;
}

const START: Tip = { digest: '', speaker: '' };
/** A request is looked up by its history first, and remembered under it afterwards. */
const known = new WeakMap<readonly MessageParam[], readonly Tip[]>();

/**
 * For each message a digest of it and all before it, insensitive to how a client writes the same content: as a text or
 * as blocks, in one message or in several of the same role.
 */
export function historyDigests(messages: readonly MessageParam[]): string[] {
  return tipsOf(messages).map(({ digest }) => digest);
}

/** The digest of a history and one more message. */
export function historyTip(messages: readonly MessageParam[], message: MessageParam): string {
  return extend(tipsOf(messages).at(-1) ?? START, message).digest;
}

function tipsOf(messages: readonly MessageParam[]): readonly Tip[] {
  const before = known.get(messages);
  if (before) return before;
  let tip = START;
  const tips = messages.map((message) => (tip = extend(tip, message)));
  known.set(messages, tips);
  return tips;
}

function extend({ digest, speaker }: Tip, message: MessageParam): Tip {
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
