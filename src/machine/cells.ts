import type {
  CodeExecutionError,
  CodeExecutionResult,
  ContentBlock,
  ToolUseBlock,
} from '../protocol/blocks.ts';
import type { Fidelity } from '../protocol/fidelity.ts';
import type { MessageRequest } from '../protocol/request.ts';
import { codeExecutionRevision, isToolVersion } from '../protocol/revisions/code-execution.ts';
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
import type { VirtualClock } from '../transcript/clock.ts';
import type { EventInput } from '../transcript/events.ts';
import type { IdSource } from '../transcript/ids.ts';
import { callableTools } from './checks/tools.ts';
import type { PendingCall } from './replies.ts';
import type { Note } from './note.ts';
import type { ResponseDraft } from './response-draft.ts';

/** The cells of one session: started ones wait in line, one runs or waits for its calls, the others have ended. */
export interface Cells {
  /** The cell that waits for answers of the client. */
  readonly waiting: WaitingCell | undefined;
  /** Puts a cell in line; its `server_tool_use` goes into the response now, its result when it has run. */
  start(cell: CodeExecutionStep, step: number, draft: ResponseDraft): void;
  /** Runs the cells in line until one pauses. */
  run(draft: ResponseDraft): Promise<CellOutcome['state']>;
  /** Answers the calls of the waiting cell and runs it on. */
  resume(answers: readonly CallAnswer[], draft: ResponseDraft): Promise<CellOutcome['state']>;
  /** Gives up the waiting cell and those in line: the client has turned away. */
  abandon(): void;
}

export interface WaitingCell {
  readonly id: string;
  readonly container: SandboxContainer;
}

interface StartedCell {
  readonly id: string;
  readonly step: number;
  readonly cell: CodeExecutionStep;
}

export interface CellsOptions {
  readonly clock: VirtualClock;
  readonly ids: IdSource;
  readonly fidelity: Fidelity;
  readonly pending: Map<string, PendingCall>;
  readonly schedule: FollowedSchedule;
  readonly createContainer: () => Promise<SandboxContainer>;
  readonly record: (event: EventInput) => void;
  /** Records a finding about the request being answered. */
  readonly note: (note: Note) => void;
}

export function createCells(options: CellsOptions): Cells {
  const { clock, ids, fidelity, pending, schedule, createContainer, record, note } = options;
  const line: StartedCell[] = [];
  /** Wire ids of calls, by the sandbox's names for them. */
  const callIds = new Map<string, string>();
  let waiting: WaitingCell | undefined;

  async function runNext(
    { id, step, cell }: StartedCell,
    draft: ResponseDraft,
  ): Promise<CellOutcome['state']> {
    const container = (draft.container ??= await createContainer());
    const { code } = cell;
    record({ type: 'cell.started', step, cell: id, container: container.id, code });
    if (cell.error_code) {
      const type = 'code_execution_tool_result_error';
      return finish(id, { type, error_code: cell.error_code }, draft);
    }
    const tools = callableTools(draft.request).flatMap(({ name }) => name ?? []);
    const fresh = !revisionOf(draft.request).keepsState;
    return settle(id, await container.run({ id, code, tools, fresh, at: clock.now }), draft);
  }

  /** Takes the ball back from a cell: its new calls, or its result, go into the response. */
  function settle(id: string, outcome: CellOutcome, draft: ResponseDraft): CellOutcome['state'] {
    clock.advanceTo(outcome.at);
    for (const key of outcome.late ?? []) note(answerLate(callIds.get(key) ?? key));
    const nondeterministic = outcome.nondeterministic || undefined;
    if (outcome.state === 'finished') {
      for (const use of outcome.notes ?? []) note(newerPython(id, use));
      return finish(id, toResult(outcome, fidelity), draft, nondeterministic);
    }
    const calls = outcome.calls.map((call) => makeCall(id, call, draft.request));
    record({ type: 'cell.paused', cell: id, nondeterministic });
    draft.content.push(...inWireOrder(calls, fidelity.parallelCallOrder));
    if (draft.container) waiting = { id, container: draft.container };
    return 'paused';
  }

  function finish(
    id: string,
    result: CodeExecutionResult | CodeExecutionError,
    draft: ResponseDraft,
    nondeterministic?: true,
  ): 'finished' {
    record({ type: 'cell.finished', cell: id, result, nondeterministic });
    draft.content.push({ type: 'code_execution_tool_result', tool_use_id: id, content: result });
    return 'finished';
  }

  function makeCall(cell: string, call: CellCall, request: MessageRequest): ToolUseBlock {
    const { key, name, input, line: codeLine } = call;
    const caller = { type: revisionOf(request).callerType, tool_id: cell };
    const id = ids('toolUse');
    record({ type: 'call.made', call: id, name, input, caller, key, line: codeLine });
    pending.set(id, { id, name, input, key, cell, takes: schedule.call(name) });
    callIds.set(key, id);
    return { type: 'tool_use', id, name, input, caller };
  }

  async function run(draft: ResponseDraft): Promise<CellOutcome['state']> {
    for (let next = line.shift(); next; next = line.shift()) {
      if ((await runNext(next, draft)) === 'paused') return 'paused';
    }
    return 'finished';
  }

  return {
    get waiting() {
      return waiting;
    },
    start(cell, step, draft) {
      const id = ids('serverToolUse');
      line.push({ id, step, cell });
      draft.content.push({
        type: 'server_tool_use',
        id,
        name: 'code_execution',
        input: { code: cell.code },
        ...(fidelity.serverToolUseCaller && { caller: { type: 'direct' } }),
      });
    },
    run,
    async resume(answers, draft) {
      if (!waiting) throw new Error('No cell waits for answers.');
      const { id, container } = waiting;
      waiting = undefined;
      draft.container = container;
      const state = settle(id, await container.resume(answers, clock.now), draft);
      return state === 'paused' ? state : run(draft);
    },
    abandon() {
      waiting = undefined;
      line.length = 0;
    },
  };
}

function toResult(
  { stdout, stderr, return_code }: CellFinished,
  { abortReason }: Fidelity,
): CodeExecutionResult {
  return {
    type: 'code_execution_result',
    stdout,
    stderr,
    return_code,
    content: [],
    ...(abortReason && { abort_reason: null }),
  };
}

function revisionOf({ tools }: MessageRequest): ReturnType<typeof codeExecutionRevision> {
  return codeExecutionRevision(tools?.map((tool) => tool.type).find(isToolVersion));
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
