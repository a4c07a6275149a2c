import type {
  CodeExecutionError,
  CodeExecutionResult,
  ContentBlock,
  ToolUseBlock,
} from '../protocol/blocks.ts';
import type { Fidelity } from '../protocol/fidelity.ts';
import { supportsProgrammaticCalls } from '../protocol/models.ts';
import type { MessageRequest } from '../protocol/request.ts';
import { codeExecutionRevision } from '../protocol/revisions/code-execution.ts';
import type {
  CallAnswer,
  CellCall,
  CellFinished,
  CellNote,
  CellOutcome,
  SandboxContainer,
} from '../protocol/sandbox.ts';
import type { CodeExecutionStep } from '../protocol/step.ts';
import type { FollowedSchedule } from '../schedule/follow-schedule.ts';
import type { CellEnd } from '../schedule/schedule.ts';
import { callableTools, webToolsFromCode } from './checks/tools.ts';
import type { CaptureFiles } from './files.ts';
import type { Note } from './note.ts';
import type { PendingCall } from './replies.ts';
import type { ResponseDraft } from './response-draft.ts';
import type { OpenContainer, StartedUse } from './started-use.ts';
import { type CodeCaller, createWebCalls, type WebCallsOptions } from './web-calls.ts';

/** The cells of one session: one runs or waits for its calls, the others have ended. */
export interface Cells {
  /** The cell that waits for answers of the client. */
  waiting(): WaitingCell | undefined;
  /** Runs a cell until it pauses or ends; its calls, or its result, go into the response. */
  run(cell: StartedUse<CodeExecutionStep>, draft: ResponseDraft): Promise<CellOutcome['state']>;
  /** Answers the calls of the waiting cell and runs it on. */
  resume(answers: readonly CallAnswer[], draft: ResponseDraft): Promise<CellOutcome['state']>;
  /** Gives up the waiting cell. */
  abandon(): void;
}

export interface WaitingCell {
  readonly id: string;
  readonly container: SandboxContainer;
}

export interface CellsOptions extends WebCallsOptions {
  readonly fidelity: Fidelity;
  readonly pending: Map<string, PendingCall>;
  readonly schedule: FollowedSchedule;
  readonly open: OpenContainer;
  readonly capture: CaptureFiles;
  /** Records a finding about the request being answered. */
  readonly note: (note: Note) => void;
}

export function createCells(options: CellsOptions): Cells {
  const { script, view, clock, ids, fidelity, pending, schedule, open, capture, record, note } =
    options;
  const web = createWebCalls(options);
  /** Wire ids of calls, by the sandbox's names for them. */
  const callIds = new Map<string, string>();
  /** Cells that run although the client is told that they did not. */
  const lostOutputs = new Map<string, CellEnd>();
  let waiting: WaitingCell | undefined;
  /** Answers of the web, for calls made together with others that the client has to answer. */
  const held: CallAnswer[] = [];

  async function run(
    { id, step, use: { code, error_code } }: StartedUse<CodeExecutionStep>,
    draft: ResponseDraft,
  ): Promise<CellOutcome['state']> {
    const { request } = draft;
    const container = await open(draft);
    record({ type: 'cell.started', step, cell: id, container: container.id, code });
    if (error_code) {
      return finish(id, { type: 'code_execution_tool_result_error', error_code }, draft);
    }
    const fault = schedule.cell();
    if (fault?.ends) {
      record({ type: 'fault.injected', fault });
      if (fault.effects === 'kept') lostOutputs.set(id, fault.ends);
      else return finish(id, endedAs(fault.ends), draft);
    }
    const own = callableTools(request).flatMap(({ name }) => name ?? []);
    const tools = [...own, ...webToolsFromCode(request).map(({ revision }) => revision.tool)];
    const { keepsState, filesOfCells } = revisionOf(request);
    const fresh = !keepsState || !supportsProgrammaticCalls(request.model);
    const outputs = filesOfCells;
    const cell = { id, code, tools, fresh, outputs, at: clock.now, delay: fault?.takes };
    return settle({ id, container }, await container.run(cell), draft);
  }

  /** Takes the ball back from a cell: its new calls, or its result, go into the response. */
  async function settle(
    { id, container }: WaitingCell,
    outcome: CellOutcome,
    draft: ResponseDraft,
  ): Promise<CellOutcome['state']> {
    clock.advanceTo(outcome.at);
    for (const key of outcome.late ?? []) note(answerLate(callIds.get(key) ?? key));
    const nondeterministic = outcome.nondeterministic || undefined;
    if (outcome.state === 'finished') {
      for (const use of outcome.notes ?? []) note(newerPython(id, use));
      return finish(id, toResult(id, outcome, draft.request), draft, nondeterministic);
    }
    const caller = { type: revisionOf(draft.request).callerType, tool_id: id };
    const own: CellCall[] = [];
    for (const call of outcome.calls) {
      if (web.isWeb(call, draft)) held.push(await web.answer(call, caller, draft));
      else own.push(call);
    }
    if (own.length === 0) {
      const answers = held.splice(0);
      return settle({ id, container }, await container.resume(answers, clock.now), draft);
    }
    const calls = own.map((call) => makeCall(call, caller));
    record({ type: 'cell.paused', cell: id, nondeterministic });
    draft.content.push(...inWireOrder(calls, schedule.callOrder ?? fidelity.parallelCallOrder));
    waiting = { id, container };
    return 'paused';
  }

  function finish(
    id: string,
    result: CodeExecutionResult | CodeExecutionError,
    draft: ResponseDraft,
    nondeterministic?: true,
  ): 'finished' {
    const lost = lostOutputs.get(id);
    const content = lost ? endedAs(lost) : result;
    record({ type: 'cell.finished', cell: id, result: content, nondeterministic });
    const shown = web.conclude(id, content, draft);
    draft.content.push({ type: 'code_execution_tool_result', tool_use_id: id, content: shown });
    return 'finished';
  }

  function makeCall(call: CellCall, caller: CodeCaller): ToolUseBlock {
    const { key, name, input, line: codeLine } = call;
    const cell = caller.tool_id;
    const id = ids.next('toolUse');
    record({ type: 'call.made', call: id, name, input, caller, key, line: codeLine });
    const takes = schedule.call(name, script.takes?.(name, view));
    pending.set(id, { id, name, input, key, cell, takes });
    callIds.set(key, id);
    return { type: 'tool_use', id, name, input, caller };
  }

  function toResult(
    id: string,
    { stdout, stderr, return_code, files = [] }: CellFinished,
    request: MessageRequest,
  ): CodeExecutionResult {
    const trims = fidelity.trimmedOutput20250522 && revisionOf(request).filesOfCells;
    const output = (text: string): string => (trims ? text.replace(/\n$/, '') : text);
    return {
      type: 'code_execution_result',
      stdout: output(stdout),
      stderr: output(stderr),
      return_code,
      content: capture(id, files).map((file_id) => ({ type: 'code_execution_output', file_id })),
      ...(fidelity.abortReason && { abort_reason: null }),
    };
  }

  return {
    waiting: () => waiting,
    run,
    async resume(answers, draft) {
      if (!waiting) throw new Error('No cell waits for answers.');
      const { id, container } = waiting;
      waiting = undefined;
      draft.container = container;
      const all = [...held.splice(0), ...answers];
      return settle({ id, container }, await container.resume(all, clock.now), draft);
    },
    abandon() {
      waiting = undefined;
      held.length = 0;
    },
  };
}

/** What the client is told of a cell that did not end by itself. */
function endedAs(end: CellEnd): CodeExecutionResult | CodeExecutionError {
  if (end !== 'killed') return { type: 'code_execution_tool_result_error', error_code: end };
  return { type: 'code_execution_result', stdout: '', stderr: '', return_code: 137, content: [] };
}

function revisionOf({ tools }: MessageRequest): ReturnType<typeof codeExecutionRevision> {
  return codeExecutionRevision(tools ?? []);
}

/** Calls made at once, as one response reports them. Ids are random but seeded: sorting by them shuffles reproducibly. */
function inWireOrder(
  calls: readonly ToolUseBlock[],
  order: Fidelity['parallelCallOrder'],
): readonly ContentBlock[] {
  if (order === 'program') return calls;
  if (order === 'reversed') return calls.toReversed();
  return calls.toSorted((a, b) => (a.id < b.id ? -1 : 1));
}

function answerLate(call: string): Note {
  return {
    rule: 'answer.late',
    call,
    message: `The answer to ${call} came after the code had given up waiting for it, and was dropped.`,
    fix: 'Answer within 270 s. By now the code has gone on, and may have made the call again.',
  };
}

function newerPython(cell: string, { name, since, line }: CellNote): Note {
  return {
    rule: 'cell.newer_python',
    message: `Line ${line} of cell ${cell} uses \`${name}\`, which is new in Python ${since}; the real sandbox runs 3.11.`,
    fix: 'Write cells for Python 3.11.',
  };
}
