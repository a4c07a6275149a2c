import type { BashOutcome, TextEditorCommand } from '../../src/protocol/container-tools.ts';
import type {
  CallAnswer,
  CellCall,
  CellNote,
  CellOutcome,
  CellRemarks,
  Sandbox,
} from '../../src/protocol/sandbox.ts';

/** One hand-back of a canned cell: calls it waits for, or how it ended. */
export type Canned =
  | ({ calls: CellCall[] } & CellRemarks)
  | ({
      stdout?: string;
      stderr?: string;
      return_code?: number;
      notes?: CellNote[];
      files?: BashOutcome['files'];
      error_code?: BashOutcome['error_code'];
    } & CellRemarks);

export interface CannedSandbox extends Sandbox {
  /** Virtual milliseconds a cell takes until it hands back. Default: 1000. */
  handBackAfter: number;
  /** What each container was told, in order. */
  readonly log: {
    container: string;
    run?: string;
    tools?: readonly string[];
    fresh?: boolean | undefined;
    outputs?: boolean | undefined;
    bash?: string;
    edits?: readonly TextEditorCommand[];
    answers?: readonly CallAnswer[];
  }[];
}

/** A sandbox without Python: each cell, and each command, plays the hand-backs listed under its code. Edits create files. */
export function createCannedSandbox(cells: Record<string, Canned[]>): CannedSandbox {
  const log: CannedSandbox['log'] = [];
  const sandbox: CannedSandbox = {
    log,
    handBackAfter: 1000,
    createContainer: async ({ id }) => {
      let playing: Canned[] = [];
      const handBack = (from: number): CellOutcome => {
        const next = playing.shift();
        if (!next) throw new Error('This canned cell has nothing left to play.');
        const at = from + sandbox.handBackAfter;
        if ('calls' in next) return { state: 'paused', ...next, at };
        return { state: 'finished', stdout: '', stderr: '', return_code: 0, ...next, at };
      };
      return {
        id,
        run: async ({ code, tools, fresh, outputs, at, delay = 0 }) => {
          log.push({ container: id, run: code, tools, fresh, ...(outputs && { outputs }) });
          playing = [...(cells[code] ?? [])];
          return handBack(at + delay);
        },
        resume: async (answers, at) => {
          log.push({ container: id, answers });
          return handBack(at);
        },
        bash: async ({ command, at }) => {
          log.push({ container: id, bash: command });
          playing = [...(cells[command] ?? [{}])];
          const outcome = handBack(at);
          if (outcome.state === 'paused') throw new Error('A command cannot wait for calls.');
          return { ...outcome, files: outcome.files ?? [] };
        },
        editTogether: async (edits) => {
          log.push({ container: id, edits });
          const type = 'text_editor_code_execution_create_result';
          return edits.map(() => ({ type, is_file_update: false }));
        },
        dispose: async () => {},
      };
    },
    dispose: async () => {},
  };
  return sandbox;
}
