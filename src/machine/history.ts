import { hash } from 'node:crypto';
import { blockId, type ContentBlockParam } from '../protocol/block-params.ts';
import type { MessageParam } from '../protocol/request.ts';
import { blocksOf } from './checks/history.ts';
import type { Exchange } from './exchange.ts';
import type { Session } from './session.ts';

/** What most histories share. */
const NONE: readonly Exchange[] = [];

/**
 * Messages, one after the other, in the tree of all that were ever sent. Equal histories are the same object, however a
 * client writes them: a text or blocks, one message or several of the same role.
 */
export class History {
  /** Who spoke last. */
  readonly #speaker: string;
  /** What was said last. */
  readonly #said: string;
  /** The first history that goes on from here; there are others at most where conversations begin. */
  #next: History | undefined;
  #others: Map<string, History> | undefined;
  /** The session whose last response ends it. */
  tip: Session | undefined;
  /** How many sessions began with it. */
  begun = 0;
  /** The last exchange of each request that asked with it. */
  asked: readonly Exchange[] = NONE;

  /** Without arguments, the history of which nothing has been said. */
  constructor(speaker = '', said = '') {
    this.#speaker = speaker;
    this.#said = said;
  }

  /** The histories that lead to the last of some messages: this one, and one more with each message. */
  trace(messages: readonly MessageParam[]): History[] {
    const histories: History[] = [this];
    for (const message of messages) histories.push(histories.at(-1)!.extend(message));
    return histories;
  }

  /** This history and one more message. */
  extend({ role, content }: MessageParam): History {
    if (typeof content === 'string') return this.#add(role, `=${content}`);
    return content.reduce((before: History, block) => {
      const essence = essenceOf(block);
      if (essence === undefined) return before;
      const what = typeof essence === 'string' ? `=${essence}` : `:${JSON.stringify(essence)}`;
      return before.#add(role, what);
    }, this);
  }

  #add(role: string, what: string): History {
    const said = role === this.#speaker ? what : `${role}${what}`;
    const next = this.#next;
    if (next && next.#said === said) return next;
    const known = this.#others?.get(said);
    if (known) return known;
    const added = new History(role, said);
    if (next) (this.#others ??= new Map()).set(said, added);
    else this.#next = added;
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
      const essence = essenceOf(block);
      if (essence === undefined) continue;
      const said = [digest, role === speaker ? '' : role, essence];
      digest = hash('sha256', JSON.stringify(said));
      speaker = role;
    }
  }
  return digest;
}

/**
 * What of a block tells histories apart: ids stand for what has one. Thinking tells nothing: a client may leave out that of
 * turns that have ended, and one that changes it goes on with the same conversation.
 */
function essenceOf(block: ContentBlockParam): unknown {
  if (block.type === 'text') return block.text;
  if (block.type === 'thinking' || block.type === 'redacted_thinking') return undefined;
  return blockId(block) ?? ('tool_use_id' in block ? block.tool_use_id : block);
}
