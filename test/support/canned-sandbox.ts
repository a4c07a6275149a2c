import type { CallAnswer, CellCall, Sandbox } from '../../src/protocol/sandbox.ts';

/** One hand-back of a canned cell: calls it waits for, or how it ended. */
export type Canned =
  | { calls: CellCall[] }
  | { stdout?: string; stderr?: string; return_code?: number };

export interface CannedSandbox extends Sandbox {
  /** Virtual milliseconds a cell takes until it hands back. Default: 1000. */
  handBackAfter: number;
  /** What each container was told, in order. */
  readonly log: {
    container: string;
    run?: string;
    tools?: readonly string[];
    answers?: readonly CallAnswer[];
  }[];
}

/** A sandbox without Python: each cell plays the hand-backs listed under its code.  */
export function createCannedSandbox(cells: Record<string, Canned[]>): CannedSandbox {
  const log: CannedSandbox['log'] = [];
  const sandbox: CannedSandbox = {
    log,
    handBackAfter: 1000,
    createContainer: async ({ id }) => {
      let playing: Canned[] = [];
      const handBack = (at: number) => {
        const next = playing.shift();
        if (!next) throw new Error('This canned cell has nothing left to play.');
        if ('calls' in next)
          return { state: 'paused' as const, calls: next.calls, at: at + sandbox.handBackAfter };
        const { stdout = '', stderr = '', return_code = 0 } = next;
        return {
          state: 'finished' as const,
          stdout,
          stderr,
          return_code,
          at: at + sandbox.handBackAfter,
        };
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
  return sandbox;
}
