import type { Caller, CodeExecutionResult, ContentBlock } from '../protocol/blocks.ts';
import { ApiError } from '../protocol/errors.ts';
import type { Message } from '../protocol/message.ts';
import { containerId, type MessageRequest } from '../protocol/request.ts';
import { codeExecutionRevision, isToolVersion } from '../protocol/revisions/code-execution.ts';
import type { CellFinished, CellOutcome, SandboxContainer } from '../protocol/sandbox.ts';
import type { Script } from '../protocol/script.ts';
import type { SessionView } from '../protocol/session-view.ts';
import type { CodeExecutionStep, ToolUseStep } from '../protocol/step.ts';
import type { StreamForm } from '../protocol/stream.ts';
import type { VirtualClock } from '../transcript/clock.ts';
import type { EventInput } from '../transcript/events.ts';
import type { IdSource } from '../transcript/ids.ts';
import type { SessionContainers } from './containers.ts';
import { containerRequired, readReplies, replyText, type PendingCall } from './replies.ts';
import { resumedUsage, sampledUsage } from './usage.ts';

export interface Reply {
  readonly message: Message;
  readonly form: StreamForm;
}

/** What a response holds so far. */
interface Draft {
  readonly request: MessageRequest;
  readonly content: ContentBlock[];
  container: SandboxContainer | undefined;
  /** Whether the model wrote any of it; otherwise it only resumed a cell. */
  sampled: boolean;
}

interface WaitingCell {
  readonly id: string;
  readonly container: SandboxContainer;
}

export interface TurnPlayerOptions {
  readonly script: Script;
  readonly view: SessionView;
  readonly clock: VirtualClock;
  readonly ids: IdSource;
  readonly containers: SessionContainers;
  readonly record: (event: EventInput) => void;
}

/** Plays the script's turns, one response at a time: from a request to the next pause or the end of the turn. */
export interface TurnPlayer {
  /** Throws an `ApiError` for a request the API refuses; nothing has changed then. */
  play(request: MessageRequest): Promise<Reply>;
}

export function createTurnPlayer(options: TurnPlayerOptions): TurnPlayer {
  const { script, view, clock, ids, containers, record } = options;
  const pending = new Map<string, PendingCall>();
  let waiting: WaitingCell | undefined;

  return {
    async play(request) {
      const replies = pending.size > 0 ? readReplies(request, pending) : undefined;
      const id = containerId(request);
      const named = id === undefined ? undefined : containers.find(id);
      const draft: Draft = { request, content: [], container: named, sampled: false };

      if (replies) {
        if (waiting && !named) throw containerRequired();
        const answers = [];
        for (const reply of replies) {
          const call = pending.get(reply.tool_use_id);
          const content = replyText(reply);
          const is_error = reply.is_error ?? false;
          record({ type: 'call.answered', call: reply.tool_use_id, content, is_error });
          if (call?.key !== undefined) answers.push({ key: call.key, content });
        }
        pending.clear();
        if (waiting) {
          const { id, container } = waiting;
          waiting = undefined;
          draft.container = container;
          const outcome = await container.resume(answers, clock.now);
          if (settle(id, outcome, draft) === 'paused') return finish(draft, 'tool_use');
        }
      } else {
        await startTurn(request);
      }

      for (;;) {
        const next = await script.next(view);
        const step = view.turns.at(-1)?.steps ?? 0;
        draft.sampled = true;
        switch (next.type) {
          case 'text':
            record({ type: 'text.written', step, text: next.text });
            draft.content.push({ type: 'text', text: next.text });
            break;
          case 'code_execution':
            if ((await runCell(next, step, draft)) === 'paused') {
              return finish(draft, 'tool_use');
            }
            break;
          case 'tool_use':
            makeDirectCalls(next, step, draft);
            return finish(draft, 'tool_use');
          case 'stop':
            record({
              type: 'turn.finished',
              turn: view.turns.length - 1,
              stop_reason: next.stop_reason,
            });
            return finish(draft, next.stop_reason);
        }
      }
    },
  };

  async function startTurn(request: MessageRequest): Promise<void> {
    const user = userText(request);
    const answer = await script.answer(user, view);
    if ('unexpected' in answer) throw unexpectedMessage(request, answer.unexpected);
    record({ type: 'turn.started', turn: view.turns.length, scripted: answer.turn, user });
  }

  async function runCell(
    { code }: CodeExecutionStep,
    step: number,
    draft: Draft,
  ): Promise<CellOutcome['state']> {
    draft.container ??= await createContainer();
    const { container } = draft;
    const cell = ids('serverToolUse');
    draft.content.push({
      type: 'server_tool_use',
      id: cell,
      name: 'code_execution',
      input: { code },
    });
    record({ type: 'cell.started', step, cell, container: container.id, code });
    const tools = callableTools(draft.request);
    const outcome = await container.run({ id: cell, code, tools, at: clock.now });
    return settle(cell, outcome, draft);
  }

  async function createContainer(): Promise<SandboxContainer> {
    const container = await containers.create(ids('container'));
    record({ type: 'container.created', container: container.id });
    return container;
  }

  /** Takes the ball back from a cell: its new calls, or its result, go into the draft. */
  function settle(cell: string, outcome: CellOutcome, draft: Draft): CellOutcome['state'] {
    clock.advanceTo(outcome.at);
    if (outcome.state === 'finished') {
      const result = toResult(outcome);
      record({ type: 'cell.finished', cell, result });
      draft.content.push({
        type: 'code_execution_tool_result',
        tool_use_id: cell,
        content: result,
      });
      return outcome.state;
    }
    const { callerType } = codeExecutionRevision(declaredVersion(draft.request));
    const caller = { type: callerType, tool_id: cell };
    const blocks = outcome.calls.map(({ key, name, input, line }) => {
      const call = ids('toolUse');
      record({ type: 'call.made', call, name, input, caller, key, line });
      pending.set(call, { id: call, key, cell });
      return toolUse(call, name, input, caller);
    });
    record({ type: 'cell.paused', cell });
    // The API reports parallel calls in any order. Ids are random but seeded: sorting by them shuffles reproducibly.
    blocks.sort((a, b) => (a.id < b.id ? -1 : 1));
    draft.content.push(...blocks);
    if (draft.container) waiting = { id: cell, container: draft.container };
    return outcome.state;
  }

  function makeDirectCalls({ calls }: ToolUseStep, step: number, draft: Draft): void {
    const caller: Caller = { type: 'direct' };
    for (const { name, input } of calls) {
      const call = ids('toolUse');
      record({ type: 'call.made', step, call, name, input, caller });
      pending.set(call, { id: call });
      draft.content.push(toolUse(call, name, input, caller));
    }
  }

  function finish(draft: Draft, stop_reason: Message['stop_reason']): Reply {
    const { request, content, container, sampled } = draft;
    const state = waiting ? 'paused' : 'idle';
    const message: Message = {
      model: request.model,
      id: ids('message'),
      type: 'message',
      role: 'assistant',
      content,
      ...(container && { container: containers.describe(container, state) }),
      stop_reason,
      stop_sequence: null,
      stop_details: null,
      usage: sampled ? sampledUsage(request, content) : resumedUsage(),
    };
    return { message, form: sampled ? 'sampled' : 'resumed' };
  }
}

function toolUse(
  id: string,
  name: string,
  input: Record<string, unknown>,
  caller: Caller,
): Extract<ContentBlock, { type: 'tool_use' }> {
  return { type: 'tool_use', id, name, input, caller };
}

function toResult({ stdout, stderr, return_code }: CellFinished): CodeExecutionResult {
  return {
    type: 'code_execution_result',
    stdout,
    stderr,
    return_code,
    content: [],
    abort_reason: null,
  };
}

function declaredVersion(request: MessageRequest): Parameters<typeof codeExecutionRevision>[0] {
  return request.tools?.map((tool) => tool.type).find(isToolVersion);
}

/** Names of the tools a cell's code may call: those whose `allowed_callers` name a code execution version. */
function callableTools(request: MessageRequest): string[] {
  const tools = request.tools ?? [];
  const isCallable = (tool: (typeof tools)[number]) =>
    'allowed_callers' in tool &&
    Array.isArray(tool.allowed_callers) &&
    tool.allowed_callers.some(isToolVersion);
  return tools.filter(isCallable).flatMap((tool) => tool.name ?? []);
}

function userText(request: MessageRequest): string {
  const last = request.messages.at(-1);
  if (!last || last.role === 'assistant') return '';
  if (typeof last.content === 'string') return last.content;
  return last.content.map((block) => (block.type === 'text' ? block.text : '')).join('');
}

function unexpectedMessage(request: MessageRequest, reason: string): ApiError {
  return new ApiError('invalid_request_error', `callsheet: ${reason}`, {
    rule: 'script.unexpected',
    path: `messages.${request.messages.length - 1}`,
    fix: 'Send the message the script expects next, or add a turn that answers this one.',
  });
}
