import { decodeCheckpoint, encodeCheckpoint } from './checkpoint.ts';
import type {
  CallAnswer,
  Cell,
  CellCall,
  CellOutcome,
  SandboxContainer,
} from '../protocol/sandbox.ts';
import { type ContainerToolsContext, createContainerTools } from './container-tools.ts';
import { inputDirectory } from './files/directories.ts';
import type { Limits } from './limits.ts';
import { wholeCharacters } from './output.ts';
import type { PooledContainer } from './pool.ts';
import type { ContainerState } from './pool-entry.ts';
import { SandboxError } from './sandbox-error.ts';
import type { CallRequest, OutcomeMessage, Step } from './worker-protocol.ts';

/** The cell that runs or waits. */
export interface ActiveCell {
  readonly id: string;
  readonly stdout: Stream;
  readonly stderr: Stream;
  /** Keys of the calls that wait for answers; undefined while the cell runs. */
  waiting: ReadonlySet<string> | undefined;
  /** Whether it has a folder for files to hand over. */
  outputs?: boolean;
}

interface Stream {
  readonly chunks: Uint8Array[];
  size: number;
  dropped: number;
}

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
  const { limits } = context;
  let active = waitingIn;
  let disposed = false;

  const proceed = async (cell: ActiveCell, step: Step): Promise<CellOutcome> => {
    let outcome: OutcomeMessage;
    try {
      outcome = await pooled.step(step, `cell "${cell.id}"`);
    } catch (error) {
      active = undefined;
      throw error;
    }
    collect(cell.stdout, outcome.stdout, outcome.droppedStdout, limits.stdout);
    collect(cell.stderr, outcome.stderr, outcome.droppedStderr, limits.stderr);
    const { at, late, nondeterministic } = outcome;
    const remarks = {
      ...(late.length > 0 && { late }),
      ...(nondeterministic && { nondeterministic }),
    };
    if (outcome.state === 'paused') {
      cell.waiting = new Set(outcome.calls.map(({ key }) => key));
      return { state: 'paused', calls: outcome.calls.map(toCall), at, ...remarks };
    }
    const files = cell.outputs ? await kit.collectOutput(cell.id) : undefined;
    active = undefined;
    return { ...finish(cell, outcome), ...remarks, ...(files && { files }) };
  };

  const refuseWhenDisposed = (): void => {
    if (!disposed) return;
    throw new SandboxError(
      'container.disposed',
      `Container "${id}" was disposed of; nothing can run in it. Create a new one.`,
    );
  };

  const kit = createContainerTools({ id, pooled, ...context });
  /** What is done to the container beside cells is one of the things it does one at a time. */
  const alone = async <T>(label: string, work: () => Promise<T>): Promise<T> => {
    refuseWhenDisposed();
    if (active) throw busy(id, active, { id: label });
    active = { id: label, stdout: stream(), stderr: stream(), waiting: undefined };
    try {
      return await work();
    } finally {
      active = undefined;
    }
  };

  const parts = async (): Promise<ContainerParts> => {
    refuseWhenDisposed();
    if (active && !active.waiting) throw running(id, active);
    const state = await pooled.capture();
    return { state, active: active && copyCell(active) };
  };

  return {
    id,
    run: async (cell: Cell) => {
      refuseWhenDisposed();
      if (active) throw busy(id, active, cell);
      active = { id: cell.id, stdout: stream(), stderr: stream(), waiting: undefined };
      const { code, tools, at, delay = 0, fresh = false, outputs = false } = cell;
      const starting = active;
      starting.outputs = outputs;
      const environment = outputs ? await kit.openOutput(cell.id, at) : undefined;
      return proceed(starting, {
        kind: 'run',
        cell: cell.id,
        code,
        tools: [...tools],
        at,
        ...(delay > 0 && { delay }),
        ...(fresh && { fresh }),
        ...(environment && { environment }),
      });
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
    bash: (command) => alone(command.id, () => kit.bash(command)),
    edit: ({ at, ...command }) =>
      alone(command.path, async () => {
        const [result] = await kit.edit([command], at);
        if (!result) throw new Error('The editor gave no result.');
        return result;
      }),
    editTogether: (commands, at) => alone('the editor', () => kit.edit(commands, at)),
    inputDirectory: inputDirectory(context.seed),
    writeFile: (path, bytes, at = 0) => alone(path, () => kit.write(path, bytes, at)),
    readFile: (path) => alone(path, () => kit.read(path)),
    listFiles: (path = '.') => alone(path, () => kit.list(path)),
    checkpoint: async () => {
      const saved = await parts();
      return encodeCheckpoint(await context.version(), saved);
    },
    fork: async (options) => context.create(options.id, await parts()),
    dispose: async () => {
      if (disposed) return;
      disposed = true;
      context.onDispose();
      await pooled.remove();
    },
  };
}

/** What `checkpoint` gave. */
export function readCheckpoint(bytes: Uint8Array, version: string): ContainerParts {
  const { state, active } = decodeCheckpoint(bytes, version);
  return { state, active: active && copyCell(active) };
}

function stream(): Stream {
  return { chunks: [], size: 0, dropped: 0 };
}

function copyCell({ id, stdout, stderr, waiting, outputs = false }: ActiveCell): ActiveCell {
  return { id, stdout: copyStream(stdout), stderr: copyStream(stderr), waiting, outputs };
}

function copyStream({ chunks, size, dropped }: Stream): Stream {
  return { chunks: [...chunks], size, dropped };
}

function collect(to: Stream, bytes: Uint8Array, dropped: number, limit: number): void {
  const kept = bytes.subarray(0, Math.max(0, limit - to.size));
  if (kept.length > 0) to.chunks.push(kept);
  to.size += kept.length;
  to.dropped += dropped + bytes.length - kept.length;
}

function finish({ stdout, stderr }: ActiveCell, outcome: OutcomeMessage): CellOutcome {
  const { at, notes, returnCode, timedOut } = outcome;
  const dropped = stdout.dropped + stderr.dropped > 0;
  return {
    state: 'finished',
    stdout: decode(stdout),
    stderr: decode(stderr),
    return_code: returnCode,
    at,
    ...(timedOut && { timedOut }),
    ...(notes.length > 0 && { notes }),
    ...(dropped && { dropped: { stdout: stdout.dropped, stderr: stderr.dropped } }),
  };
}

function decode({ chunks, dropped }: Stream): string {
  const bytes = Buffer.concat(chunks);
  const whole = dropped > 0 ? bytes.subarray(0, wholeCharacters(bytes)) : bytes;
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(whole);
}

function toCall({ key, name, input, line }: CallRequest): CellCall {
  const parsed: Record<string, unknown> = JSON.parse(input);
  return {
    key,
    name,
    input: parsed,
    ...(losesDigits(input) && { inputText: input }),
    ...(line !== null && { line }),
  };
}

/** Whether the text has an integer that JavaScript numbers cannot hold. A quick look first: most have none. */
function losesDigits(json: string): boolean {
  if (!/\d{16}/.test(json)) return false;
  const withoutStrings = json.replaceAll(/"(?:[^"\\]|\\.)*"/g, '""');
  const integers = withoutStrings.match(/-?\d{16,}(?![\d.eE])/g) ?? [];
  return integers.some((digits) => String(Number(digits)) !== digits);
}

function running(id: string, active: ActiveCell): SandboxError {
  return new SandboxError(
    'container.busy',
    `Container "${id}" cannot be saved: it is running cell "${active.id}". Wait for the cell's outcome.`,
  );
}

function busy(id: string, active: ActiveCell, cell: Pick<Cell, 'id'>): SandboxError {
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
  const given = new Set(answers.map(({ key }) => key));
  const missing = [...waiting].filter((key) => !given.has(key));
  const seen = new Set<string>();
  const unknown = answers
    .map(({ key }) => key)
    .filter((key) => !waiting.has(key) || seen.size === seen.add(key).size);
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
