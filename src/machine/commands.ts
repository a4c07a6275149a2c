import type {
  BashError,
  BashResult,
  TextEditorError,
  TextEditorResult,
} from '../protocol/command-results.ts';
import type { BashOutcome, TextEditorCommand } from '../protocol/container-tools.ts';
import type { SandboxContainer } from '../protocol/sandbox.ts';
import type { BashStep, TextEditorStep } from '../protocol/step.ts';
import type { VirtualClock } from '../transcript/clock.ts';
import type { EventInput } from '../transcript/events.ts';
import type { CaptureFiles } from './files.ts';
import type { ResponseDraft } from './response-draft.ts';
import type { OpenContainer, StartedUse } from './started-use.ts';

/** Does what Claude does with the bash and the text editor tool; the results go into the response. */
export interface Commands {
  bash(command: StartedUse<BashStep>, draft: ResponseDraft): Promise<void>;
  /** Edits that were sent together: where one gets in another's way, both fail. */
  edit(edits: readonly StartedUse<TextEditorStep>[], draft: ResponseDraft): Promise<void>;
}

export interface CommandsOptions {
  readonly clock: VirtualClock;
  readonly open: OpenContainer;
  readonly capture: CaptureFiles;
  readonly record: (event: EventInput) => void;
}

export function createCommands({ clock, open, capture, record }: CommandsOptions): Commands {
  async function begin(
    { id, step, use }: StartedUse<BashStep | TextEditorStep>,
    draft: ResponseDraft,
  ): Promise<SandboxContainer> {
    const container = await open(draft);
    const input = use.type === 'bash_code_execution' ? { command: use.command } : { ...use.input };
    record({
      type: 'command.started',
      step,
      command: id,
      container: container.id,
      tool: use.type,
      input,
    });
    return container;
  }

  function finish(
    id: string,
    result: BashResult | BashError | TextEditorResult,
    real = false,
  ): void {
    const nondeterministic = real || undefined;
    record({ type: 'command.finished', command: id, result, nondeterministic });
  }

  function bashResult(id: string, outcome: BashOutcome): BashResult | BashError {
    const { stdout, stderr, return_code, error_code, files } = outcome;
    if (error_code) return { type: 'bash_code_execution_tool_result_error', error_code };
    const content = capture(id, files).map((file_id) => ({
      type: 'bash_code_execution_output' as const,
      file_id,
    }));
    return { type: 'bash_code_execution_result', stdout, stderr, return_code, content };
  }

  function editIn(
    container: SandboxContainer,
    inputs: readonly TextEditorCommand[],
  ): Promise<readonly TextEditorResult[]> {
    if (!container.editTogether) throw unable('the text editor');
    return container.editTogether(inputs, clock.now);
  }

  async function runCommand(
    started: StartedUse<BashStep>,
    draft: ResponseDraft,
  ): Promise<BashResult | BashError> {
    const { id, use } = started;
    const container = await begin(started, draft);
    const { command, error_code } = use;
    if (error_code) {
      const result: BashError = { type: 'bash_code_execution_tool_result_error', error_code };
      finish(id, result);
      return result;
    }
    if (!container.bash) throw unable('commands of the bash tool');
    const outcome = await container.bash({ id, command, at: clock.now });
    clock.advanceTo(outcome.at);
    const result = bashResult(id, outcome);
    finish(id, result, outcome.nondeterministic);
    return result;
  }

  return {
    async bash(started, draft) {
      const content = await runCommand(started, draft);
      const type = 'bash_code_execution_tool_result';
      draft.content.push({ type, tool_use_id: started.id, content });
    },
    async edit(edits, draft) {
      const container = await open(draft);
      for (const edit of edits) await begin(edit, draft);
      const done = edits.filter(({ use }) => !use.error_code);
      const inputs = done.map(({ use }) => use.input);
      const results = inputs.length > 0 ? await editIn(container, inputs) : [];
      for (const { id, use } of edits) {
        const at = done.findIndex((edit) => edit.id === id);
        const content = results[at] ?? editError(use);
        finish(id, content);
        const type = 'text_editor_code_execution_tool_result';
        draft.content.push({ type, tool_use_id: id, content });
      }
    },
  };
}

function editError({ error_code = 'unavailable', error_message }: TextEditorStep): TextEditorError {
  const type = 'text_editor_code_execution_tool_result_error';
  return { type, error_code, error_message: error_message ?? null };
}

function unable(what: string): Error {
  return new Error(
    `The script uses ${what}, which this sandbox does not have. The default sandbox does: leave \`sandbox\` out.`,
  );
}
