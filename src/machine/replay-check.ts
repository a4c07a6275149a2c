import { isDeepStrictEqual } from 'node:util';
import { blockId, type ContentBlockParam } from '../protocol/block-params.ts';
import type { ContentBlock } from '../protocol/blocks.ts';
import type { ApiError } from '../protocol/errors.ts';
import type { Message } from '../protocol/message.ts';
import type { MessageParam, MessageRequest } from '../protocol/request.ts';
import { refusal } from './checks/check.ts';
import { blocksOf } from './checks/history.ts';
import type { Note } from './note.ts';

export interface Comparison {
  /** The API refuses changed thinking; other changes it may not even notice. */
  readonly changedThinking?: ApiError | undefined;
  /** Every other change, each reported once. */
  readonly notes: readonly Note[];
}

/** Compares what a client sends back with what it was sent: responses are to come back as they were. */
export class ReplayCheck {
  /** Under what tells each block from all others, where anything does: the content of the response it came in. */
  readonly #sent = new Map<string, readonly ContentBlock[]>();
  readonly #reported = new Set<string>();

  remember({ content }: Pick<Message, 'content'>): void {
    for (const block of content) for (const mark of marksOf(block)) this.#sent.set(mark, content);
  }

  compare({ messages }: MessageRequest): Comparison {
    const notes: Note[] = [];
    let changedThinking: ApiError | undefined;
    const latest = answeredIndex(messages);
    for (const [index, message] of messages.entries()) {
      if (message.role !== 'assistant') continue;
      const received = blocksOf(message);
      for (const original of originalsOf(received, this.#sent)) {
        for (const change of changes(original, received, `messages.${index}.content`)) {
          if (index === latest && change.thinking) changedThinking ??= thinkingChanged(change.path);
          if (this.#reported.has(change.key)) continue;
          this.#reported.add(change.key);
          // The thinking of turns that have ended may be left out. What is there has to be what it was.
          const isAllowed = change.thinking && (index === latest || change.isDropped);
          if (!isAllowed) notes.push(change.note);
        }
      }
    }
    return { changedThinking, notes };
  }
}

/** The assistant message whose turn goes on with this request: its tools are answered, or it was paused. */
function answeredIndex(messages: readonly MessageParam[]): number | undefined {
  const last = messages.at(-1);
  if (last?.role === 'assistant') return messages.length - 1;
  const answers = last && blocksOf(last).some((block) => block.type === 'tool_result');
  return answers ? messages.length - 2 : undefined;
}

interface Change {
  /** Names what changed, whichever request shows it. */
  readonly key: string;
  readonly path: string;
  readonly thinking: boolean;
  readonly isDropped: boolean;
  readonly note: Note;
}

/** An id, that of the use for a result, or what thinking says and is signed with: one of the two survives when the other is changed. */
function marksOf(block: ContentBlock | ContentBlockParam): string[] {
  if (block.type === 'thinking') {
    const { signature, thinking } = block;
    return [signature, ...(thinking.length < MARK_LENGTH ? [] : [thinking])];
  }
  if ('tool_use_id' in block) return [`result of ${String(block.tool_use_id)}`];
  const id = blockId(block);
  return id === undefined ? [] : [id];
}

/** Shorter thinking may well have been thought twice. */
const MARK_LENGTH = 16;

/** The responses an assistant message was made from, as far as their blocks can be told. */
function originalsOf(
  received: readonly ContentBlockParam[],
  sent: ReadonlyMap<string, readonly ContentBlock[]>,
): Set<readonly ContentBlock[]> {
  const originals = received.map((block) => {
    const mark = marksOf(block).find((each) => sent.has(each));
    return mark === undefined ? undefined : sent.get(mark);
  });
  return new Set(originals.filter((original) => original !== undefined));
}

function changes(
  original: readonly ContentBlock[],
  received: readonly ContentBlockParam[],
  path: string,
): Change[] {
  return original.flatMap((block, position): Change[] => {
    const name = nameOf(block, position);
    const index = received.findIndex((candidate) => isSame(candidate, block));
    const thinking = block.type === 'thinking';
    if (index === -1) {
      const note: Note = {
        rule: 'history.block_dropped',
        path,
        message: `The \`${block.type}\` block ${name} was not sent back.`,
        fix: 'Send responses back whole, every block of them.',
      };
      return [{ key: `${name} dropped`, path, thinking, isDropped: true, note }];
    }
    const candidate = received[index]!;
    return changedKeys(block, candidate).map((key) => {
      const at = `${path}.${index}.${key}`;
      const [was, is] = [Reflect.get(block, key), Reflect.get(candidate, key)].map(show);
      const note: Note = {
        rule: 'history.block_changed',
        path: at,
        message: `The \`${key}\` of \`${block.type}\` ${name} was sent as ${was} and came back as ${is}.`,
        fix: 'Send blocks back as they came, key by key.',
      };
      return { key: `${name} ${key}`, path: at, thinking, isDropped: false, note };
    });
  });
}

/** Whether a block that came back is this one: by id where there is one, otherwise by kind and content. */
function isSame(candidate: ContentBlockParam, block: ContentBlock): boolean {
  if (candidate.type !== block.type) return false;
  if ('id' in block) return blockId(candidate) === block.id;
  if ('tool_use_id' in block) {
    return 'tool_use_id' in candidate && candidate.tool_use_id === block.tool_use_id;
  }
  if (block.type === 'thinking') {
    if (candidate.type !== 'thinking') return false;
    return candidate.signature === block.signature || candidate.thinking === block.thinking;
  }
  return 'text' in candidate && candidate.text === block.text;
}

/** Keys whose value is not what was sent. What the API adds but does not ask back may be left out. */
function changedKeys(block: ContentBlock, candidate: ContentBlockParam): string[] {
  return Object.entries(block).flatMap(([key, value]) => {
    const received: unknown = Reflect.get(candidate, key);
    if (key === 'caller' && received === undefined && isDirect(value)) return [];
    if (key === 'content' && isDeepStrictEqual(bare(received), bare(value))) return [];
    return isDeepStrictEqual(received, value) ? [] : [key];
  });
}

function isDirect(caller: unknown): boolean {
  return isDeepStrictEqual(caller, { type: 'direct' });
}

/** A result without the key that is on the wire but in no client's types. */
function bare(content: unknown): unknown {
  if (typeof content !== 'object' || content === null) return content;
  const { abort_reason: _, ...rest } = { abort_reason: null, ...content };
  return rest;
}

function nameOf(block: ContentBlock, position: number): string {
  if ('id' in block) return block.id;
  return 'tool_use_id' in block ? `of ${block.tool_use_id}` : `at position ${position}`;
}

const SHOWN_LENGTH = 120;

function show(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > SHOWN_LENGTH ? `${text.slice(0, SHOWN_LENGTH)}…` : text;
}

function thinkingChanged(path: string): ApiError {
  return refusal('history.thinking_changed', {
    path,
    reason:
      '`thinking` or `redacted_thinking` blocks in the latest assistant message cannot be modified. These blocks must remain as they were in the original response.',
    fix: 'Send thinking blocks back as they came, signature included.',
  });
}
