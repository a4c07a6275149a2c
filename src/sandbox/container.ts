import type {
  CallAnswer,
  Cell,
  CellCall,
  CellOutcome,
  SandboxContainer,
} from '../protocol/sandbox.ts';
import type { PooledContainer } from './pool.ts';
import { SandboxError } from './sandbox-error.ts';
import type { CallRequest, OutcomeMessage, Step } from './worker-protocol.ts';

/** The cell that runs or waits. */
interface ActiveCell {
  readonly id: string;
  readonly stdout: Uint8Array[];
  readonly stderr: Uint8Array[];
  /** Keys of the calls that wait for answers; undefined while the cell runs. */
  waiting: ReadonlySet<string> | undefined;
}

/** A container's side of the interface: one cell at a time, every call answered once. */
export function createContainer(
  id: string,
  pooled: PooledContainer,
  onDispose: () => void,
): SandboxContainer {
  let active: ActiveCell | undefined;
  let disposed = false;

  const proceed = async (cell: ActiveCell, step: Step): Promise<CellOutcome> => {
    let outcome: OutcomeMessage;
    try {
      outcome = await pooled.step(step, `cell "${cell.id}"`);
    } catch (error) {
      active = undefined;
      throw error;
    }
    cell.stdout.push(outcome.stdout);
    cell.stderr.push(outcome.stderr);
    if (outcome.state === 'paused') {
      cell.waiting = new Set(outcome.calls.map(({ key }) => key));
      return { state: 'paused', calls: outcome.calls.map(toCall), at: outcome.at };
    }
    active = undefined;
    return {
      state: 'finished',
      stdout: decode(cell.stdout),
      stderr: decode(cell.stderr),
      return_code: outcome.returnCode,
      at: outcome.at,
    };
  };

  const refuseWhenDisposed = (): void => {
    if (!disposed) return;
    throw new SandboxError(
      'container.disposed',
      `Container "${id}" was disposed of; nothing can run in it. Create a new one.`,
    );
  };

  return {
    id,
    run: async (cell: Cell) => {
      refuseWhenDisposed();
      if (active) throw busy(id, active, cell);
      active = { id: cell.id, stdout: [], stderr: [], waiting: undefined };
      const { code, tools, at } = cell;
      return proceed(active, { kind: 'run', cell: cell.id, code, tools: [...tools], at });
    },
    resume: async (answers, at) => {
      refuseWhenDisposed();
      if (!active?.waiting) throw notWaiting(id, active);
      checkAnswers(id, active, active.waiting, answers);
      active.waiting = undefined;
      return proceed(active, {
        kind: 'resume',
        at,
        answers: answers.map(({ key, content, raise }) => ({
          key,
          content,
          raise: raise ?? false,
        })),
      });
    },
    dispose: async () => {
      if (disposed) return;
      disposed = true;
      onDispose();
      await pooled.remove();
    },
  };
}

function toCall({ key, name, input, line }: CallRequest): CellCall {
  const parsed: Record<string, unknown> = JSON.parse(input);
  return { key, name, input: parsed, ...(line !== null && { line }) };
}

function decode(chunks: readonly Uint8Array[]): string {
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(Buffer.concat(chunks));
}

function busy(id: string, active: ActiveCell, cell: Cell): SandboxError {
  const state = active.waiting ? 'waits for answers in' : 'is running';
  return new SandboxError(
    'container.busy',
    `Container "${id}" cannot run cell "${cell.id}": it ${state} cell "${active.id}", and it runs one at a time.`,
  );
}

function notWaiting(id: string, active: ActiveCell | undefined): SandboxError {
  const state = active ? `cell "${active.id}" is still running` : 'no cell is running';
  return new SandboxError(
    'container.not_waiting',
    `Container "${id}" has no calls to answer: ${state}. Resume only after an outcome with state "paused".`,
  );
}

function checkAnswers(
  id: string,
  { id: cell }: ActiveCell,
  waiting: ReadonlySet<string>,
  answers: readonly CallAnswer[],
): void {
  const given = answers.map(({ key }) => key);
  const missing = [...waiting].filter((key) => !given.includes(key));
  const unknown = given.filter((key, i) => !waiting.has(key) || given.indexOf(key) !== i);
  if (missing.length === 0 && unknown.length === 0) return;
  const problems = [
    missing.length > 0 && `${missing.join(', ')} not answered`,
    unknown.length > 0 && `${unknown.join(', ')} not waiting`,
  ].filter(Boolean);
  throw new SandboxError(
    'answers.mismatch',
    `The answers do not fit cell "${cell}" of container "${id}": ${problems.join('; ')}. ` +
      'Answer every call of the last outcome exactly once.',
  );
}
