import { describeRerun, rerunCells, type RerunCell } from '../../contract/rerun-cells.ts';
import { pyodideSandbox } from '../../sandbox/pyodide.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { loadTools } from '../load-tools.ts';
import { loadTranscript } from '../load-transcript.ts';
import { createProgress } from '../progress.ts';
import type { RerunCommandOptions } from './rerun-command.ts';

interface RerunFile {
  readonly file: string;
  readonly cells: readonly RerunCell[];
}

export async function rerun(
  files: readonly string[],
  options: RerunCommandOptions,
): Promise<ExitCode> {
  const transcripts = files.map((file) => ({ file, ...loadTranscript(file) }));
  const tools = options.tools === undefined ? undefined : (await loadTools(options.tools)).tools;
  const sandbox = pyodideSandbox();
  const progress = createProgress(transcripts.length);
  const reports: RerunFile[] = [];
  try {
    for (const { file, transcript } of transcripts) {
      progress.step(`running ${file} again`);
      reports.push({ file, cells: await rerunCells(transcript, { sandbox, tools }) });
    }
  } finally {
    progress.clear();
    await sandbox.dispose();
  }
  const counts = countsOf(reports.flatMap(({ cells }) => cells));
  if (options.json) {
    process.stdout.write(`${JSON.stringify({ files: reports, counts }, null, 2)}\n`);
  } else {
    for (const { file, cells } of reports) {
      process.stdout.write(`${[file, ...cells.map(describeRerun)].join('\n')}\n`);
    }
    const { asRecorded, different, skipped } = counts;
    process.stderr.write(
      `callsheet: ${asRecorded} cells as recorded, ${different} different, ${skipped} not run\n`,
    );
  }
  return counts.different > 0 ? EXIT.failed : EXIT.ok;
}

function countsOf(cells: readonly RerunCell[]) {
  const different = cells.filter(({ differences }) => differences.length > 0).length;
  const skipped = cells.filter(
    (cell) => cell.skipped !== undefined && cell.differences.length === 0,
  ).length;
  return { asRecorded: cells.length - different - skipped, different, skipped };
}
