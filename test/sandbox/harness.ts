import { afterAll } from 'vitest';
import type { CallAnswer, CellCall, CellOutcome, Sandbox } from '../../dist/protocol/sandbox.js';
import { pyodideSandbox, type PyodideSandboxOptions } from '../../dist/sandbox/pyodide.js';

/** 2035-01-01T00:00:00Z. */
export const EPOCH = 2_051_222_400_000;

/** A sandbox for one test file, disposed of after it. */
export function useSandbox(options?: PyodideSandboxOptions): Sandbox {
  const sandbox = pyodideSandbox(options);
  afterAll(() => sandbox.dispose());
  return sandbox;
}

let containers = 0;

export interface TestContainer {
  readonly id: string;
  /** Runs a cell to its first outcome. Cells are named cell_1, cell_2, … */
  run(code: string, options?: { tools?: readonly string[]; at?: number }): Promise<CellOutcome>;
  resume(answers: readonly CallAnswer[], at?: number): Promise<CellOutcome>;
  /** Runs a cell to its end, answering each call with `NAME JSON`. Collects what was asked. */
  play(code: string, ...tools: string[]): Promise<Played>;
  dispose(): Promise<void>;
}

export interface Played {
  readonly stdout: string;
  readonly stderr: string;
  readonly return_code: number;
  /** The calls of each pause. */
  readonly pauses: readonly (readonly CellCall[])[];
}

export async function openContainer(sandbox: Sandbox, seed = 'seed'): Promise<TestContainer> {
  const id = `container_${++containers}`;
  const container = await sandbox.createContainer({ id, seed, epoch: EPOCH });
  let cells = 0;
  const run: TestContainer['run'] = (code, { tools = [], at = 0 } = {}) =>
    container.run({ id: `cell_${++cells}`, code, tools, at });
  return {
    id,
    run,
    resume: (answers, at = 0) => container.resume(answers, at),
    play: async (code, ...tools) => {
      const pauses: (readonly CellCall[])[] = [];
      let outcome = await run(code, { tools });
      while (outcome.state === 'paused') {
        pauses.push(outcome.calls);
        outcome = await container.resume(outcome.calls.map(echo), outcome.at);
      }
      const { stdout, stderr, return_code } = outcome;
      return { stdout, stderr, return_code, pauses };
    },
    dispose: () => container.dispose(),
  };
}

export function echo({ key, name, input }: CellCall): CallAnswer {
  return { key, content: `${name} ${JSON.stringify(input)}` };
}

/** Names of the calls of an outcome that must be a pause. */
export function callsOf(outcome: CellOutcome): readonly CellCall[] {
  if (outcome.state !== 'paused') throw new Error(`Not paused: ${JSON.stringify(outcome)}`);
  return outcome.calls;
}

export function answer(outcome: CellOutcome, content: string): CallAnswer[] {
  return callsOf(outcome).map(({ key }) => ({ key, content }));
}
