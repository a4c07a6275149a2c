import { readFile, writeFile } from 'node:fs/promises';
import { transcriptOf } from '../../cassette/transcript-of.ts';
import {
  checkTools,
  type CheckOptions,
  type CheckReport,
  type Recording,
} from '../../contract/check-tools.ts';
import {
  formatContract,
  parseContract,
  type AgreedContract,
} from '../../contract/contract-document.ts';
import type { TodaysTool } from '../../contract/todays-tools.ts';
import { pyodideSandbox } from '../../sandbox/pyodide.ts';
import { loadExchanges } from '../cassette-files.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { loadTools } from '../load-tools.ts';
import { githubReport } from '../reports/github.ts';
import { junitReport } from '../reports/junit.ts';
import { createProgress } from '../progress.ts';
import { palette } from '../text-report.ts';
import type { CheckCommandOptions } from './check-command.ts';
import { checkOutcomes, reportCheck } from './check-report.ts';

export async function check(
  files: readonly string[],
  options: CheckCommandOptions,
): Promise<ExitCode> {
  const recordings = files.map(readRecorded);
  const { tools, sameResult } = await loadTools(options.tools);
  const agreed = { ...(await readAgreed(options.contract)), sameResult };
  const report = await hold(recordings, tools, agreed, options.rerun === true);
  process.stdout.write(format(report, files, options));
  if (options.update) {
    await writeFile(options.contract, formatContract(report));
    process.stderr.write(`callsheet: wrote ${options.contract}\n`);
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
  const progress = createProgress(recordings.length);
  const onRerun = (file: string) => progress.step(`running ${file} again`);
  try {
    return await checkTools(recordings, today, { ...agreed, sandbox, onRerun });
  } finally {
    progress.clear();
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

function readRecorded(file: string): Recording {
  const { exchanges } = loadExchanges(file);
  const headers = exchanges.findLast(({ request }) => request)?.request?.headers;
  return { file, transcript: transcriptOf(exchanges), headers };
}

async function readAgreed(file: string): Promise<AgreedContract | undefined> {
  try {
    return parseContract(await readFile(file, 'utf8'), file);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}
