import type { CellOutcome, SandboxContainer } from '../protocol/sandbox.ts';
import { type ActiveCell, copyCell, startCell, takeOutcome } from './active-cell.ts';
import { busy, checkAnswers, disposed, notWaiting, running } from './container-errors.ts';
import { type ContainerToolsContext, createContainerTools } from './container-tools.ts';
import { inputDirectory } from './files/directories.ts';
import type { Limits } from './limits.ts';
import type { PooledContainer } from './pool.ts';
import type { ContainerState } from './pool-entry.ts';
import type { Step } from './worker-protocol.ts';

/** What a container is made of: the pool's part and the cell it waits in. */
export interface ContainerParts {
  readonly state: ContainerState;
  readonly active?: ActiveCell | undefined;
}

export interface ContainerContext extends Pick<
  ContainerToolsContext,
  'seed' | 'shell' | 'startProcess'
> {
  readonly limits: Limits;
  /** Names the interpreter a checkpoint fits. */
  readonly version: () => Promise<string>;
  /** Makes another container of the sandbox. */
  readonly create: (id: string, parts: ContainerParts) => SandboxContainer;
  readonly onDispose: () => void;
}

/** A container's side of the interface: one cell at a time, every call answered once. */
export function createContainer(
  id: string,
  pooled: PooledContainer,
  context: ContainerContext,
  waitingIn?: ActiveCell,
): SandboxContainer {
  const tools = createContainerTools({ id, pooled, ...context });
  let active = waitingIn;
  let isDisposed = false;

  const refuseWhenDisposed = (): void => {
    if (isDisposed) throw disposed(id);
  };
  const refuseWhenBusy = (label: string): void => {
    refuseWhenDisposed();
    if (active) throw busy(id, active, label);
  };

  /** The container is busy with a cell while something is done, and stays so when the cell waits in the end. */
  const during = async <T>(cell: ActiveCell, work: () => Promise<T>): Promise<T> => {
    active = cell;
    cell.waiting = undefined;
    try {
      return await work();
    } finally {
      active = cell.waiting && cell;
    }
  };
  /** What is done to the container beside cells is one of the things it does one at a time. */
  const alone = async <T>(label: string, work: () => Promise<T>): Promise<T> => {
    refuseWhenBusy(label);
    return during(startCell(label), work);
  };

  const proceed = async (cell: ActiveCell, step: Step): Promise<CellOutcome> => {
    const outcome = await pooled.step(step, `cell "${cell.id}"`);
    const told = takeOutcome(cell, outcome, context.limits);
    if (told.state === 'paused' || !cell.outputs) return told;
    return { ...told, files: await tools.collectOutput(cell.id) };
  };

  const parts = async (): Promise<ContainerParts> => {
    refuseWhenDisposed();
    if (active && !active.waiting) throw running(id, active);
    const state = await pooled.capture();
    return { state, active: active && copyCell(active) };
  };

  return {
    id,
    run: async ({ id: cell, code, tools: names, at, delay = 0, fresh, outputs }) => {
      refuseWhenBusy(cell);
      const starting = startCell(cell, outputs);
      return during(starting, async () => {
        const environment = outputs ? await tools.openOutput(cell, at) : undefined;
        return proceed(starting, {
          kind: 'run',
          cell,
          code,
          tools: [...names],
          at,
          ...(delay > 0 && { delay }),
          ...(fresh && { fresh }),
          ...(environment && { environment }),
        });
      });
    },
    resume: async (given, at) => {
      refuseWhenDisposed();
      if (!active?.waiting) throw notWaiting(id, active);
      const cell = active;
      checkAnswers(id, cell, active.waiting, given);
      const answers = given.map(({ key, content, raise = false }) => ({ key, content, raise }));
      return during(cell, () => proceed(cell, { kind: 'resume', at, answers }));
    },
    bash: (command) => alone(command.id, () => tools.bash(command)),
    edit: ({ at, ...command }) =>
      alone(command.path, async () => {
        const [result] = await tools.edit([command], at);
        if (!result) throw new Error('The editor gave no result.');
        return result;
      }),
    editTogether: (commands, at) => alone('the editor', () => tools.edit(commands, at)),
    inputDirectory: inputDirectory(context.seed),
    writeFile: (path, bytes, at = 0) => alone(path, () => tools.write(path, bytes, at)),
    readFile: (path) => alone(path, () => tools.read(path)),
    listFiles: (path = '.') => alone(path, () => tools.list(path)),
    checkpoint: async () => {
      const saved = await parts();
      const { encodeCheckpoint } = await import('./checkpoint.ts');
      return encodeCheckpoint(await context.version(), saved);
    },
    fork: async (options) => context.create(options.id, await parts()),
    dispose: async () => {
      if (isDisposed) return;
      isDisposed = true;
      context.onDispose();
      await pooled.remove();
    },
  };
}
