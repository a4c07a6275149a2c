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
  | ({ stdout?: string; stderr?: string; return_code?: number; notes?: CellNote[] } & CellRemarks);

export interface CannedSandbox extends Sandbox {
  /** Virtual milliseconds a cell takes until it hands back. Default: 1000. */
  handBackAfter: number;
  /** What each container was told, in order. */
  readonly log: {
    container: string;
    run?: string;
    tools?: readonly string[];
    fresh?: boolean | undefined;
    answers?: readonly CallAnswer[];
  }[];
}

/** A sandbox without Python: each cell plays the hand-backs listed under its code. */
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
        run: async ({ code, tools, fresh, at }) => {
          log.push({ container: id, run: code, tools, fresh });
          playing = [...(cells[code] ?? [])];
          return handBack(at);
        },
        resume: async (answers, at) => {
          log.push({ container: id, answers });
          return handBack(at);
        },
        dispose: async () => {},
      };
    },
    dispose: async () => {},
  };
  return sandbox;
}
