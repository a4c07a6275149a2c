import { Caller, CodeExecutionError, CodeExecutionResult } from '../protocol/blocks.ts';
import { StopReason } from '../protocol/message.ts';
import type { WireBlock } from '../protocol/wire-blocks.ts';
import { isJsonObject, type WireMessage } from '../protocol/wire-message.ts';
import type { EventInput } from '../transcript/events.ts';

/** Tells what happens in a conversation from what crosses the wire: turns, cells, calls and their answers. */
export interface Observer {
  /** Takes note of a request's messages. */
  request(body: unknown): void;
  /** Takes note of the message that answers it. */
  response(message: WireMessage): void;
}

/** Makes the observer of one conversation, from its first request on. Blocks of kinds no event tells of pass unseen. */
export function createObserver(record: (event: EventInput) => void): Observer {
  const containers = new Set<string>();
  const cells = new Set<string>();
  const unanswered = new Set<string>();
  let turns = 0;
  let step = 0;
  let isOpen = false;
  let container = '';

  function startTurn(user: string): void {
    record({ type: 'turn.started', turn: turns, scripted: String(turns), user });
    turns++;
    step = 0;
    isOpen = true;
  }

  function answer(block: Record<string, unknown>): void {
    const call = String(block['tool_use_id']);
    if (!unanswered.delete(call)) return;
    const is_error = block['is_error'] === true;
    record({ type: 'call.answered', call, content: textIn(block['content']), is_error });
  }

  function observe(block: WireBlock): void {
    const { type, id, name, input } = block;
    if (type === 'text') {
      record({ type: 'text.written', step: step++, text: String(block['text']) });
    } else if (type === 'thinking') {
      record({ type: 'thinking.written', step: step++, thinking: String(block['thinking']) });
    } else if (type === 'server_tool_use' && isJsonObject(input)) {
      if (name !== 'code_execution' || typeof input['code'] !== 'string') return;
      const cell = String(id);
      cells.add(cell);
      record({ type: 'cell.started', step: step++, cell, container, code: input['code'] });
    } else if (type === 'tool_use' && isJsonObject(input)) {
      const call = String(id);
      const caller = callerOf(block);
      const made = { call, name: String(name), input, caller };
      unanswered.add(call);
      record({ type: 'call.made', ...(caller.type === 'direct' && { step }), ...made });
    } else if (type === 'code_execution_tool_result') {
      finish(String(block['tool_use_id']), block['content']);
    }
  }

  function finish(cell: string, content: unknown): void {
    const result =
      CodeExecutionResult.safeParse(content).data ?? CodeExecutionError.safeParse(content).data;
    if (cells.delete(cell) && result) record({ type: 'cell.finished', cell, result });
  }

  function end(stopReason: unknown, content: readonly WireBlock[]): void {
    if (stopReason === 'tool_use') {
      for (const cell of new Set(content.flatMap(cellOf))) {
        if (cells.has(cell)) record({ type: 'cell.paused', cell });
      }
    } else if (stopReason === 'pause_turn') {
      record({ type: 'turn.paused', step: step++ });
    } else {
      const { data: stop_reason } = StopReason.safeParse(stopReason);
      if (stop_reason) record({ type: 'turn.finished', turn: turns - 1, stop_reason });
      isOpen = false;
    }
  }

  return {
    request(body) {
      const last = lastMessage(body);
      const blocks = blocksOf(last);
      const results = blocks.filter(({ type }) => type === 'tool_result');
      for (const block of results) answer(block);
      const isReply = last?.['role'] !== 'user' || results.length > 0;
      if (!isOpen || !isReply) startTurn(textIn(blocks.filter(({ type }) => type === 'text')));
    },
    response(message) {
      if (!isOpen) startTurn('');
      const { content } = message;
      const { id } = isJsonObject(message['container']) ? message['container'] : {};
      if (typeof id === 'string') {
        container = id;
        if (!containers.has(id)) record({ type: 'container.created', container });
        containers.add(id);
      }
      // Calls that Claude makes at once are one step: the last one of its response.
      for (const block of content.filter((each) => !isDirectCall(each))) observe(block);
      const calls = content.filter(isDirectCall);
      for (const block of calls) observe(block);
      if (calls.length > 0) step++;
      end(message['stop_reason'], content);
    },
  };
}

/** The text of a content: a text itself, or that of its blocks. */
function textIn(content: unknown): string {
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) return '';
  return content
    .filter(isJsonObject)
    .map(({ text }) => (typeof text === 'string' ? text : ''))
    .join('');
}

function callerOf({ caller }: WireBlock): Caller {
  return Caller.safeParse(caller).data ?? { type: 'direct' };
}

function isDirectCall(block: WireBlock): boolean {
  return block.type === 'tool_use' && callerOf(block).type === 'direct';
}

function cellOf({ type, caller }: WireBlock): string[] {
  if (type !== 'tool_use' || !isJsonObject(caller)) return [];
  return typeof caller['tool_id'] === 'string' ? [caller['tool_id']] : [];
}

function lastMessage(body: unknown): Record<string, unknown> | undefined {
  const messages = isJsonObject(body) ? body['messages'] : undefined;
  const last: unknown = Array.isArray(messages) ? messages.at(-1) : undefined;
  return isJsonObject(last) ? last : undefined;
}

function blocksOf(message: Record<string, unknown> | undefined): Record<string, unknown>[] {
  const content = message?.['content'];
  if (typeof content === 'string') return [{ type: 'text', text: content }];
  return Array.isArray(content) ? content.filter(isJsonObject) : [];
}
