import { CodeExecutionResult, EncryptedCodeExecutionResult } from '../protocol/blocks.ts';
import { BashResult, TextEditorResult } from '../protocol/command-results.ts';
import type { ContainerFile } from '../protocol/container-tools.ts';
import type { CellCall, CellFinished, CellOutcome, Sandbox } from '../protocol/sandbox.ts';
import type { WireBlock } from '../protocol/wire-blocks.ts';
import { isJsonObject, type WireMessage } from '../protocol/wire-message.ts';

/** A use of the container, and what was recorded of it. */
interface RecordedUse {
  /** Its code, its command, or the input of an edit as JSON. */
  readonly does: string;
  /** The calls its code made: those it waited for together are one list. */
  readonly calls: CellCall[][];
  result: unknown;
}

/**
 * A sandbox that runs nothing: cells, commands and edits do again what some messages tell of them, each once, in any
 * container.
 */
export function recordedSandbox(messages: readonly WireMessage[]): Sandbox {
  const uses = usesIn(messages);
  const take = (does: string): RecordedUse | undefined => {
    const index = uses.findIndex((use) => use.does === does);
    return index === -1 ? undefined : uses.splice(index, 1)[0];
  };
  return {
    createContainer: async ({ id }) => {
      let running: RecordedUse | undefined;
      const goOn = (at: number): CellOutcome => {
        const calls = running?.calls.shift();
        if (calls) return { state: 'paused', calls, at };
        return { state: 'finished', ...ended(running?.result), at };
      };
      return {
        id,
        async run({ code, at }) {
          running = take(code);
          return goOn(at);
        },
        resume: async (_, at) => goOn(at),
        bash: async ({ command, at }) => ({ ...ended(take(command)?.result), at }),
        editTogether: async (edits) =>
          edits.map(
            (edit) =>
              TextEditorResult.safeParse(take(JSON.stringify(edit))?.result).data ?? NO_EDIT,
          ),
        dispose: async () => {},
      };
    },
    dispose: async () => {},
  };
}

const NO_EDIT: TextEditorResult = {
  type: 'text_editor_code_execution_create_result',
  is_file_update: false,
};

function usesIn(messages: readonly WireMessage[]): RecordedUse[] {
  const uses = new Map<string, RecordedUse>();
  for (const { content } of messages) {
    /** The calls of this response, by the cell that made them. */
    const waiting = new Map<RecordedUse, CellCall[]>();
    for (const block of content) {
      const owner = uses.get(callerOf(block) ?? '');
      const { type, id, name, input } = block;
      if (typeof type === 'string' && type.endsWith('_tool_result')) {
        const use = uses.get(String(block['tool_use_id']));
        if (use) use.result = block['content'];
      } else if (owner && isJsonObject(input)) {
        const call = { key: String(id), name: String(name), input };
        // The API answers at once what it has to answer itself.
        if (type === 'server_tool_use') owner.calls.push([call]);
        else waiting.set(owner, [...(waiting.get(owner) ?? []), call]);
      } else if (type === 'server_tool_use' && isJsonObject(input)) {
        const { code, command } = input;
        const isEdit = name === 'text_editor_code_execution';
        const does = isEdit ? JSON.stringify(input) : String(code ?? command);
        uses.set(String(id), { does, calls: [], result: undefined });
      }
    }
    for (const [use, calls] of waiting) use.calls.push(calls);
  }
  return [...uses.values()];
}

function callerOf({ caller }: WireBlock): string | undefined {
  const id = isJsonObject(caller) ? caller['tool_id'] : undefined;
  return typeof id === 'string' ? id : undefined;
}

type Ended = Pick<CellFinished, 'stdout' | 'stderr' | 'return_code'> & {
  readonly files: readonly ContainerFile[];
};

function ended(result: unknown): Ended {
  const { data } = CodeExecutionResult.or(BashResult).safeParse(result);
  const { data: hidden } = EncryptedCodeExecutionResult.safeParse(result);
  const { stderr, return_code, content = [] } = data ?? hidden ?? { stderr: '', return_code: 0 };
  const files = content.map((_, i) => ({ name: `file-${i + 1}`, bytes: new Uint8Array() }));
  return { stdout: data?.stdout ?? '', stderr, return_code, files };
}
