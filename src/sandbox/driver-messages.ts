import type { CellNote } from '../protocol/sandbox.ts';
import type { CallRequest } from './worker-protocol.ts';

/** How far a cell got. */
export type Progress =
  | Paused
  | {
      readonly state: 'finished';
      readonly return_code: number;
      readonly late: readonly string[];
      readonly notes: readonly CellNote[];
      readonly timed_out: boolean;
    };

export interface Paused {
  readonly state: 'paused';
  readonly calls: readonly CallRequest[];
  readonly late: readonly string[];
}

/**
 * Reads what the driver says. A cell shares its interpreter with the driver and can make it say anything, so nothing is
 * taken on trust; what cannot be read throws.
 */
export function readProgress(text: string): Progress {
  const message: unknown = JSON.parse(text);
  if (!isRecord(message)) throw unreadable(text);
  const { state, calls, late, notes, return_code, timed_out } = message;
  if (!isArrayOf(late, isString)) throw unreadable(text);
  if (state === 'paused' && isArrayOf(calls, isCall)) return { state, calls, late };
  if (
    state === 'finished' &&
    typeof return_code === 'number' &&
    Number.isSafeInteger(return_code) &&
    typeof timed_out === 'boolean' &&
    isArrayOf(notes, isNote)
  ) {
    return { state, return_code, late, notes, timed_out };
  }
  throw unreadable(text);
}

/** The same for a cell that blocks. */
export function readPaused(text: string): Paused {
  const progress = readProgress(text);
  if (progress.state !== 'paused') throw unreadable(text);
  return progress;
}

function unreadable(text: string): Error {
  return new Error(`The driver said something unknown: ${text.slice(0, 100)}`);
}

function isCall(value: unknown): value is CallRequest {
  if (!isRecord(value)) return false;
  const { key, name, input, line } = value;
  return (
    isString(key) &&
    isString(name) &&
    isString(input) &&
    isRecord(JSON.parse(input)) &&
    (line === null || typeof line === 'number')
  );
}

function isNote(value: unknown): value is CellNote {
  return (
    isRecord(value) &&
    isString(value['name']) &&
    isString(value['since']) &&
    typeof value['line'] === 'number'
  );
}

function isArrayOf<Item>(value: unknown, is: (item: unknown) => item is Item): value is Item[] {
  return Array.isArray(value) && value.every(is);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isString(value: unknown): value is string {
  return typeof value === 'string';
}
