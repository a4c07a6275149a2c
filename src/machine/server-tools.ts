import type { ServerToolName } from '../protocol/blocks.ts';
import type { JsonObject } from '../protocol/json-object.ts';
import type { MessageRequest } from '../protocol/request.ts';
import { codeExecutionRevision } from '../protocol/revisions/code-execution.ts';
import type { CallAnswer, CellOutcome, SandboxContainer } from '../protocol/sandbox.ts';
import type { ServerToolStep, TextEditorStep } from '../protocol/step.ts';
import { type CellsOptions, createCells, type WaitingCell } from './cells.ts';
import { offersCells } from './checks/tools.ts';
import { createCommands } from './commands.ts';
import { createFileCapture, type FileStore } from './files.ts';
import type { ResponseDraft } from './response-draft.ts';
import type { OpenContainer, StartedUse } from './started-use.ts';

/** Uses of the container in one session: started ones wait in line, one runs or waits for its calls, the others have ended. */
export interface ServerTools {
  /** The cell that waits for answers of the client. */
  waiting(): WaitingCell | undefined;
  /** Puts a use in line; its `server_tool_use` goes into the response now, its result when it has run. */
  start(use: ServerToolStep, step: number, draft: ResponseDraft): void;
  /** Runs what is in line until a cell pauses. */
  run(draft: ResponseDraft): Promise<CellOutcome['state']>;
  /** Answers the calls of the waiting cell and runs it on. */
  resume(answers: readonly CallAnswer[], draft: ResponseDraft): Promise<CellOutcome['state']>;
  /** Gives up the waiting cell and what is in line: the client has turned away. */
  abandon(): void;
}

export interface ServerToolsOptions extends Omit<CellsOptions, 'open' | 'capture'> {
  /** Where files that code makes go. */
  readonly files: FileStore;
  readonly createContainer: () => Promise<SandboxContainer>;
}

export function createServerTools(options: ServerToolsOptions): ServerTools {
  const { ids, clock, fidelity, files, record, createContainer } = options;
  const open: OpenContainer = async (draft) => (draft.container ??= await createContainer());
  const now = (): string => clock.timestamp(clock.now);
  const capture = createFileCapture({ ids, store: files, record, now });
  const cells = createCells({ ...options, open, capture });
  const commands = createCommands({ ...options, open, capture });
  const line: StartedUse[] = [];

  async function run(draft: ResponseDraft): Promise<CellOutcome['state']> {
    for (let next = line.shift(); next; next = line.shift()) {
      if ((await runNext(next, draft)) === 'paused') return 'paused';
    }
    return 'finished';
  }

  async function runNext(next: StartedUse, draft: ResponseDraft): Promise<CellOutcome['state']> {
    const { use } = next;
    switch (use.type) {
      case 'code_execution':
        return cells.run({ ...next, use }, draft);
      case 'bash_code_execution':
        await commands.bash({ ...next, use }, draft);
        return 'finished';
      case 'text_editor_code_execution':
        await commands.edit([{ ...next, use }, ...takeEdits()], draft);
        return 'finished';
    }
  }

  /** The edits at the head of the line. */
  function takeEdits(): StartedUse<TextEditorStep>[] {
    const edits: StartedUse<TextEditorStep>[] = [];
    for (let next = line[0]; next?.use.type === 'text_editor_code_execution'; next = line[0]) {
      edits.push({ ...next, use: next.use });
      line.shift();
    }
    return edits;
  }

  return {
    waiting: () => cells.waiting(),
    start(use, step, draft) {
      if (fidelity.unofferedTools === 'refused') assertOffered(use.type, draft.request);
      const id = ids.next('serverToolUse');
      line.push({ id, step, use });
      draft.content.push({
        type: 'server_tool_use',
        id,
        name: use.type,
        input: inputOf(use),
        ...(fidelity.serverToolUseCaller && { caller: { type: 'direct' } }),
      });
    },
    run,
    async resume(answers, draft) {
      const state = await cells.resume(answers, draft);
      return state === 'paused' ? state : run(draft);
    },
    abandon() {
      cells.abandon();
      line.length = 0;
    },
  };
}

function inputOf(use: ServerToolStep): JsonObject {
  switch (use.type) {
    case 'code_execution':
      return { code: use.code };
    case 'bash_code_execution':
      return { command: use.command };
    case 'text_editor_code_execution':
      return { ...use.input };
  }
}

/**
 * Throws when the real model would not have this tool. Code that has tools to call is Python in every version; what there
 * is besides, and without such tools, depends on the version.
 */
function assertOffered(name: ServerToolName, request: MessageRequest): void {
  const kind = name === 'code_execution' ? 'cells' : 'commands';
  if (kind === 'cells' && offersCells(request)) return;
  if (kind === codeExecutionRevision(request.tools ?? []).withoutTools) return;
  const instead =
    kind === 'cells'
      ? 'no tool of it may be called from code, so the model would use `bash_code_execution`'
      : 'its version of the code execution tool has Python alone';
  throw new Error(
    `The script uses \`${name}\`, which this request does not offer: ${instead}. Option \`unofferedTools\` plays it all the same.`,
  );
}
