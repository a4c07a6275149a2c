import * as z from 'zod';
import { Caller, CodeExecutionError, CodeExecutionResult } from '../protocol/blocks.ts';
import { BashError, BashResult, TextEditorResult } from '../protocol/command-results.ts';
import type { JsonObject } from '../protocol/json-object.ts';
import { WebFetchResult } from '../protocol/web.ts';
import type { WireBlock } from '../protocol/wire-blocks.ts';
import { isJsonObject } from '../protocol/wire-message.ts';
import type { EventInput } from '../transcript/events.ts';
import { textIn } from './content.ts';

const CommandResult = z.union([BashResult, BashError, TextEditorResult]);

/** Tells the steps of Claude's turns: what it says, thinks and calls, its cells and commands, and how all these end. */
export interface StepObserver {
  /** The next step is the first of a turn. */
  startTurn(): void;
  /** The container of the response that follows. */
  enter(container: unknown): void;
  /** Takes note of the blocks of a response. */
  respond(content: readonly WireBlock[]): void;
  /** Cells wait for what these blocks call. */
  wait(content: readonly WireBlock[]): void;
  /** The turn is paused: a step of its own. */
  pause(): void;
  /** Takes note of a result that the client sends. */
  answer(block: Record<string, unknown>): void;
}

/** Makes the observer of one conversation. Blocks of kinds no event tells of pass unseen. */
export function createStepObserver(record: (event: EventInput) => void): StepObserver {
  const containers = new Set<string>();
  const cells = new Set<string>();
  const commands = new Set<string>();
  const fetches = new Map<string, { readonly input: JsonObject; readonly caller: Caller }>();
  const unanswered = new Set<string>();
  let step = 0;
  let container = '';

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

  function finish(cell: string, content: unknown): void {
    const result =
      CodeExecutionResult.safeParse(content).data ?? CodeExecutionError.safeParse(content).data;
    if (cells.delete(cell) && result) record({ type: 'cell.finished', cell, result });
  }

  function finishCommand(command: string, content: unknown): void {
    const { data: result } = CommandResult.safeParse(content);
    if (commands.delete(command) && result) record({ type: 'command.finished', command, result });
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

  return {
    startTurn: () => {
      step = 0;
    },
    enter: (named) => {
      const id = isJsonObject(named) ? named['id'] : named;
      if (typeof id !== 'string') return;
      container = id;
      if (!containers.has(id)) record({ type: 'container.created', container });
      containers.add(id);
    },
    respond: (content) => {
      // Calls that Claude makes at once are one step: the last one of its response.
      for (const block of content.filter((each) => !isDirectCall(each))) observe(block);
      const calls = content.filter(isDirectCall);
      for (const block of calls) observe(block);
      if (calls.length > 0) step++;
    },
    wait: (content) => {
      for (const cell of new Set(content.flatMap(cellOf))) {
        if (cells.has(cell)) record({ type: 'cell.paused', cell });
      }
    },
    pause: () => record({ type: 'turn.paused', step: step++ }),
    answer: (block) => {
      const call = String(block['tool_use_id']);
      if (!unanswered.delete(call)) return;
      const is_error = block['is_error'] === true;
      record({ type: 'call.answered', call, content: textIn(block['content']), is_error });
    },
  };
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
