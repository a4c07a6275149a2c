import { readFile, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { CassetteError } from '../../cassette/cassette-error.ts';
import type { Exchange } from '../../cassette/exchange.ts';
import { readRecording } from '../../cassette/import/read-recording.ts';
import { readCassette } from '../../cassette/read-cassette.ts';
import { transcriptOf } from '../../cassette/transcript-of.ts';
import {
  checkTools,
  type CheckOptions,
  type CheckReport,
  type Recording,
} from '../../contract/check-tools.ts';
import type { SameResult } from '../../contract/compare-results.ts';
import {
  formatContract,
  parseContract,
  type AgreedContract,
} from '../../contract/contract-document.ts';
import { readTodaysTools, type TodaysTool } from '../../contract/todays-tools.ts';
import { isJsonObject } from '../../protocol/wire-message.ts';
import { pyodideSandbox } from '../../sandbox/pyodide.ts';
import { EXIT, UsageError, type ExitCode } from '../exit-codes.ts';
import { githubReport } from '../reports/github.ts';
import { junitReport } from '../reports/junit.ts';
import { palette } from '../text-report.ts';
import type { CheckCommandOptions } from './check-command.ts';
import { checkOutcomes, reportCheck } from './check-report.ts';

export async function check(
  files: readonly string[],
  options: CheckCommandOptions,
): Promise<ExitCode> {
  const recordings = await Promise.all(files.map(readRecorded));
  const { tools, sameResult } = await loadTools(options.tools);
  const agreed = { ...(await readAgreed(options.contract)), sameResult };
  const report = await hold(recordings, tools, agreed, options.rerun === true);
  process.stdout.write(format(report, files, options));
  if (options.update) {
    await writeFile(options.contract, formatContract(report));
    process.stderr.write(`wrote ${options.contract}\n`);
    return EXIT.ok;
  }
  const outcomes = checkOutcomes(report, options.strict === true);
  return outcomes.some(({ status }) => status === 'failed') ? EXIT.failed : EXIT.ok;
}

async function hold(
  recordings: readonly Recording[],
  today: readonly TodaysTool[],
  agreed: CheckOptions,
  rerun: boolean,
): Promise<CheckReport> {
  if (!rerun) return checkTools(recordings, today, agreed);
  const sandbox = pyodideSandbox();
  try {
    return await checkTools(recordings, today, { ...agreed, sandbox });
  } finally {
    await sandbox.dispose();
  }
}

function format(
  report: CheckReport,
  files: readonly string[],
  { format, strict = false }: CheckCommandOptions,
): string {
  switch (format) {
    case 'json':
      return `${JSON.stringify(report, null, 2)}\n`;
    case 'junit':
      return junitReport('callsheet check', checkOutcomes(report, strict));
    case 'github':
      return githubReport(checkOutcomes(report, strict));
    case 'text':
      return reportCheck(report, files.length, palette(process.stdout));
  }
}

async function readRecorded(file: string): Promise<Recording> {
  const text = await read(file);
  try {
    return recordingOf(file, readCassette(text, { file }).exchanges);
  } catch (error) {
    if (!(error instanceof CassetteError) || error.code !== 'cassette.unknown') throw error;
    return recordingOf(file, readRecording(text, { file }).exchanges);
  }
}

function recordingOf(file: string, exchanges: readonly Exchange[]): Recording {
  const headers = exchanges.findLast(({ request }) => request)?.request?.headers;
  return { file, transcript: transcriptOf(exchanges), headers };
}

interface LoadedTools {
  readonly tools: readonly TodaysTool[];
  readonly sameResult?: SameResult | undefined;
}

async function loadTools(path: string): Promise<LoadedTools> {
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
    const text = await read(path);
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
    throw new UsageError(
      `${path}: cannot be loaded: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}

async function readAgreed(file: string): Promise<AgreedContract | undefined> {
  try {
    return parseContract(await readFile(file, 'utf8'), file);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

async function read(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    throw new UsageError(`${file}: cannot be read (${code})`);
  }
}
