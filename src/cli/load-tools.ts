import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { SameResult } from '../contract/compare-results.ts';
import { readTodaysTools, type TodaysTool } from '../contract/todays-tools.ts';
import { isJsonObject } from '../protocol/wire-message.ts';
import { readText } from './cassette-files.ts';
import { UsageError } from './exit-codes.ts';

/** What a module has to say of today's tools. */
export interface LoadedTools {
  readonly tools: readonly TodaysTool[];
  readonly sameResult?: SameResult | undefined;
}

/** The tools a module or a JSON file exports. Throws a `UsageError` when there are none, or it cannot be loaded. */
export async function loadTools(path: string): Promise<LoadedTools> {
  const exports = await load(path);
  const tools = readTodaysTools(exports);
  if (tools.length > 0) return { tools, sameResult: sameResultOf(exports) };
  throw new UsageError(
    `${path}: exports no tool: each has a name and an input_schema or inputSchema`,
  );
}

function sameResultOf(exports: unknown): SameResult | undefined {
  const sameResult = isJsonObject(exports) ? exports['sameResult'] : undefined;
  if (typeof sameResult !== 'function') return undefined;
  return async (...args) => Boolean(await Reflect.apply(sameResult, undefined, args));
}

async function load(path: string): Promise<unknown> {
  if (path.endsWith('.json')) {
    const text = readText(path);
    try {
      return JSON.parse(text);
    } catch {
      throw new UsageError(`${path}: not valid JSON`);
    }
  }
  try {
    const exports: object = await import(pathToFileURL(resolve(path)).href);
    return { ...exports };
  } catch (error) {
    throw new UsageError(`${path}: cannot be loaded: ${reasonOf(error)}`);
  }
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if ('code' in error && error.code === 'ERR_UNKNOWN_FILE_EXTENSION') {
    return 'this Node does not load it: compile it, or set NODE_OPTIONS="--import tsx", with tsx installed';
  }
  return error.message;
}
