import { hash } from 'node:crypto';
import { blockId, type ContentBlockParam } from '../protocol/block-params.ts';
import type { MessageParam } from '../protocol/request.ts';
import { blocksOf } from './checks/history.ts';
import type { Exchange } from './exchange.ts';
import type { Session } from './session.ts';

/** What most histories share. */
const NONE: readonly Exchange[] = [];

/**
 * Messages, one after the other. Equal histories are the same object, however a client writes them: a text or blocks, one
 * message or several of the same role.
 */
export class History {
  readonly number: number;
  /** Who spoke last. */
  readonly speaker: string;
  /** The session whose last response ends it. */
  tip: Session | undefined;
  /** How many sessions began with it. */
  begun = 0;
  /** The last exchange of each request that asked with it. */
  asked: readonly Exchange[] = NONE;

  constructor(number: number, speaker: string) {
    this.number = number;
    this.speaker = speaker;
  }
}

/** The histories of all conversations, each found by the one it extends and what is said then. */
export class HistoryTree {
  readonly #empty = new History(0, '');
  readonly #histories = new Map<string, History>();

  /** The histories that lead to the last of some messages: the empty one, and one more with each message. */
  trace(messages: readonly MessageParam[]): History[] {
    const histories = [this.#empty];
    for (const message of messages) histories.push(this.extend(histories.at(-1)!, message));
    return histories;
  }

  /** A history and one more message. */
  extend(history: History, message: MessageParam): History {
    let extended = history;
    for (const block of blocksOf(message)) extended = this.#add(extended, message.role, block);
    return extended;
  }

  #add({ number, speaker }: History, role: string, block: ContentBlockParam): History {
    const essence = essenceOf(block);
    const said = typeof essence === 'string' ? `=${essence}` : `:${JSON.stringify(essence)}`;
    const place = `${number} ${role === speaker ? '' : role}${said}`;
    const known = this.#histories.get(place);
    if (known) return known;
    const added = new History(this.#histories.size + 1, role);
    this.#histories.set(place, added);
    return added;
  }
}

/** The digest of a history: the same for equal ones, whatever other conversations there are. */
export function historyDigest(messages: readonly MessageParam[]): string {
  let digest = '';
  let speaker = '';
  for (const message of messages) {
    const { role } = message;
    for (const block of blocksOf(message)) {
      const said = [digest, role === speaker ? '' : role, essenceOf(block)];
      digest = hash('sha256', JSON.stringify(said));
      speaker = role;
    }
  }
  return digest;
}

/** What of a block tells histories apart: ids stand for what has one. */
function essenceOf(block: ContentBlockParam): unknown {
  if (block.type === 'text') return block.text;
  return blockId(block) ?? ('tool_use_id' in block ? block.tool_use_id : block);
}
