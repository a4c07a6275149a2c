import { Buffer } from 'node:buffer';
import type { CellCall, CellOutcome } from '../protocol/sandbox.ts';
import type { Limits } from './limits.ts';
import { wholeCharacters } from './output.ts';
import type { CallRequest, OutcomeMessage } from './worker-protocol.ts';

/** The cell that runs or waits, with what it has printed so far. Plain data: it is a part of checkpoints. */
export interface ActiveCell {
  readonly id: string;
  readonly stdout: Stream;
  readonly stderr: Stream;
  /** Keys of the calls that wait for answers; undefined while the cell runs. */
  waiting: ReadonlySet<string> | undefined;
  /** Whether it has a folder for files to hand over. */
  readonly outputs?: boolean;
}

interface Stream {
  readonly chunks: Uint8Array[];
  size: number;
  dropped: number;
}

export function startCell(id: string, outputs = false): ActiveCell {
  return { id, stdout: stream(), stderr: stream(), waiting: undefined, outputs };
}

export function copyCell({ id, stdout, stderr, waiting, outputs = false }: ActiveCell): ActiveCell {
  return { id, stdout: copyStream(stdout), stderr: copyStream(stderr), waiting, outputs };
}

/** Takes note of how far the cell got, and tells it. */
export function takeOutcome(
  cell: ActiveCell,
  outcome: OutcomeMessage,
  limits: Limits,
): CellOutcome {
  collect(cell.stdout, outcome.stdout, outcome.droppedStdout, limits.stdout);
  collect(cell.stderr, outcome.stderr, outcome.droppedStderr, limits.stderr);
  const { at, late, nondeterministic } = outcome;
  const remarks = {
    ...(late.length > 0 && { late }),
    ...(nondeterministic && { nondeterministic }),
  };
  if (outcome.state === 'finished') return { ...finished(cell, outcome), ...remarks };
  cell.waiting = new Set(outcome.calls.map(({ key }) => key));
  return { state: 'paused', calls: outcome.calls.map(toCall), at, ...remarks };
}

function stream(): Stream {
  return { chunks: [], size: 0, dropped: 0 };
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

function finished({ stdout, stderr }: ActiveCell, outcome: OutcomeMessage): CellOutcome {
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
