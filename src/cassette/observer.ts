import * as z from 'zod';
import { Caller, CodeExecutionError, CodeExecutionResult } from '../protocol/blocks.ts';
import { BashError, BashResult, TextEditorResult } from '../protocol/command-results.ts';
import { StopReason } from '../protocol/message.ts';
import type { JsonObject } from '../protocol/json-object.ts';
import { WebFetchResult } from '../protocol/web.ts';
import { WireBlock } from '../protocol/wire-blocks.ts';
import { isJsonObject, type WireMessage } from '../protocol/wire-message.ts';
import type { EventInput } from '../transcript/events.ts';

const CommandResult = z.union([BashResult, BashError, TextEditorResult]);

/** Tells what happens in a conversation from what crosses the wire: turns, cells, commands, calls and their answers. */
export interface Observer {
  /** Takes note of a request's messages. */
  request(body: unknown): void;
  /** Takes note of the message that answers it. */
  response(message: WireMessage): void;
}

export interface ObserverOptions {
  /** Whether what the first request has of an earlier conversation is told, too. Default: false. */
  readonly history?: boolean | undefined;
}

/** Makes the observer of one conversation, from its first request on. Blocks of kinds no event tells of pass unseen. */
export function createObserver(
  record: (event: EventInput) => void,
  { history = false }: ObserverOptions = {},
): Observer {
  const containers = new Set<string>();
  const cells = new Set<string>();
  const commands = new Set<string>();
  const fetches = new Map<string, { readonly input: JsonObject; readonly caller: Caller }>();
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
      if (name === 'web_fetch') fetches.set(String(id), { input, caller: callerOf(block) });
      else start(String(id), name, input);
    } else if (type === 'tool_use' && isJsonObject(input)) {
      const call = String(id);
      const caller = callerOf(block);
      const made = { call, name: String(name), input, caller };
      unanswered.add(call);
      record({ type: 'call.made', ...(caller.type === 'direct' && { step }), ...made });
    } else if (type === 'code_execution_tool_result') {
      finish(String(block['tool_use_id']), block['content']);
    } else if (type === 'web_fetch_tool_result') {
      fetched(String(block['tool_use_id']), block['content']);
    } else if (type?.endsWith('_code_execution_tool_result')) {
      finishCommand(String(block['tool_use_id']), block['content']);
    }
  }

  /** What a search found was for the model alone, so only a page that code fetched is known. */
  function fetched(call: string, content: unknown): void {
    const use = fetches.get(call);
    const { data } = WebFetchResult.safeParse(content);
    if (!use || !data || use.caller.type === 'direct') return;
    const { title, source } = data.content;
    const answer = { pages: [{ url: data.url, title, content: source.data }] };
    const { tool_id: cell } = use.caller;
    record({ type: 'web.called', call, cell, tool: 'web_fetch', input: use.input, answer });
  }

  function start(id: string, tool: unknown, input: JsonObject): void {
    const { code } = input;
    if (tool === 'code_execution' && typeof code === 'string') {
      cells.add(id);
      record({ type: 'cell.started', step: step++, cell: id, container, code });
    } else if (tool === 'bash_code_execution' || tool === 'text_editor_code_execution') {
      commands.add(id);
      record({ type: 'command.started', step: step++, command: id, container, tool, input });
    }
  }

  function finishCommand(command: string, content: unknown): void {
    const { data: result } = CommandResult.safeParse(content);
    if (commands.delete(command) && result) record({ type: 'command.finished', command, result });
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

  function enter(named: unknown): void {
    const id = isJsonObject(named) ? named['id'] : named;
    if (typeof id !== 'string') return;
    container = id;
    if (!containers.has(id)) record({ type: 'container.created', container });
    containers.add(id);
  }

  function hear(message: Record<string, unknown> | undefined): void {
    const blocks = blocksOf(message);
    const results = blocks.filter(({ type }) => type === 'tool_result');
    for (const block of results) answer(block);
    const isReply = message?.['role'] !== 'user' || results.length > 0;
    if (!isOpen || !isReply) startTurn(textIn(blocks.filter(({ type }) => type === 'text')));
  }

  function tell(content: readonly WireBlock[], stopReason: unknown): void {
    // Calls that Claude makes at once are one step: the last one of its response.
    for (const block of content.filter((each) => !isDirectCall(each))) observe(block);
    const calls = content.filter(isDirectCall);
    for (const block of calls) observe(block);
    if (calls.length > 0) step++;
    end(stopReason, content);
  }

  /** Tells what came before the last message, as far as the messages say it: why a response ended can be seen from the next. */
  function recall(messages: readonly Record<string, unknown>[], named: unknown): void {
    for (const [i, message] of messages.slice(0, -1).entries()) {
      if (message['role'] !== 'assistant') {
        hear(message);
        continue;
      }
      enter(named);
      const next = messages[i + 1];
      const isAnswered = blocksOf(next).some(({ type }) => type === 'tool_result');
      const stop = next?.['role'] === 'assistant' ? 'pause_turn' : 'end_turn';
      tell(wireBlocksOf(message), isAnswered ? 'tool_use' : stop);
    }
  }

  return {
    request(body) {
      const messages = messagesIn(body);
      if (history && turns === 0 && messages.length > 1) {
        recall(messages, isJsonObject(body) ? body['container'] : undefined);
      }
      hear(messages.at(-1));
    },
    response(message) {
      if (!isOpen) startTurn('');
      enter(message['container']);
      tell(message.content, message['stop_reason']);
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

function messagesIn(body: unknown): readonly Record<string, unknown>[] {
  const messages = isJsonObject(body) ? body['messages'] : undefined;
  return Array.isArray(messages) ? messages.filter(isJsonObject) : [];
}

function wireBlocksOf(message: Record<string, unknown>): WireBlock[] {
  return blocksOf(message).flatMap((block) => WireBlock.safeParse(block).data ?? []);
}

function blocksOf(message: Record<string, unknown> | undefined): Record<string, unknown>[] {
  const content = message?.['content'];
  if (typeof content === 'string') return [{ type: 'text', text: content }];
  return Array.isArray(content) ? content.filter(isJsonObject) : [];
}
