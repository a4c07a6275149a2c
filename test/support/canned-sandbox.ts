import type { CallAnswer, CellCall, Sandbox } from '../../src/protocol/sandbox.ts';

/** One hand-back of a canned cell: calls it waits for, or how it ended. */
export type Canned =
  | { calls: CellCall[] }
  | { stdout?: string; stderr?: string; return_code?: number };

export interface CannedSandbox extends Sandbox {
  /** What each container was told, in order. */
  readonly log: {
    container: string;
    run?: string;
    tools?: readonly string[];
    answers?: readonly CallAnswer[];
  }[];
}

/** A sandbox without Python: each cell plays the hand-backs listed under its code. Every hand-back takes 1 s. */
export function createCannedSandbox(cells: Record<string, Canned[]>): CannedSandbox {
  const log: CannedSandbox['log'] = [];
  return {
    log,
    createContainer: async ({ id }) => {
      let playing: Canned[] = [];
      const handBack = (at: number) => {
        const next = playing.shift();
        if (!next) throw new Error('This canned cell has nothing left to play.');
        if ('calls' in next) return { state: 'paused' as const, calls: next.calls, at: at + 1000 };
        const { stdout = '', stderr = '', return_code = 0 } = next;
        return { state: 'finished' as const, stdout, stderr, return_code, at: at + 1000 };
      };
      return {
        id,
        run: async ({ code, tools, at }) => {
          log.push({ container: id, run: code, tools });
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
}
