import { parseArgs } from 'node:util';
import { sharedSandbox } from '../../dist/sandbox/pyodide.js';
import { playSource } from './play.mjs';
import { findRecording } from './recording.mjs';
import { LANGUAGES, readRows } from './rows.mjs';

const USAGE = 'Usage: npm run fidelity -- FILE.jsonl [--json]';
/** Two times far apart: what differs between them depends on the date, or on chance. */
const OTHER = { epoch: 4_070_908_800_000, seed: 'another' };

/**
 * Cells that came out differently, and where they did would come out differently again at another time: nobody can compare
 * that. A line that is the same at both times counts.
 */
async function findChance(sandbox, rows, recording, outcomes, id) {
  if (!outcomes.some(({ status }) => status === 'different')) return outcomes;
  const others = await playSource(sandbox, rows, recording, { id: `${id} again`, ...OTHER });
  return outcomes.map((outcome, i) => {
    if (outcome.status !== 'different') return outcome;
    const [recorded, here, again] = [outcome.row, outcome.ours, others[i].ours ?? {}].map(linesOf);
    const sameLength = recorded.length === here.length && here.length === again.length;
    const byChance = (line, at) => line === recorded[at] || line !== again[at];
    const changes = here.join('\n') !== again.join('\n');
    if (!changes || (sameLength && !here.every(byChance))) return outcome;
    if (!sameLength && here.length === again.length) return outcome;
    return { ...outcome, status: 'not comparable', reason: "today's date or chance" };
  });
}

function linesOf({ stdout = '', stderr = '', return_code: code = 0 }) {
  return `${stdout}${stderr}${code}`
    .replaceAll(/\/files\/(input|output)\/[0-9a-f]{16}/g, '')
    .replaceAll(/0x[0-9a-f]+/g, '')
    .split('\n');
}

/** A file without a single recorded cell is the wrong file. */
class NoCellsError extends Error {
  code = 'cells.none';

  constructor(reason = 'it is empty') {
    super(`no line of it is a recorded cell; the first: ${reason}`);
  }
}

async function run(file) {
  const all = readRows(file);
  const outcomes = all.flatMap((row) =>
    row.problem ? [{ row, status: 'not comparable', reason: row.problem }] : [],
  );
  if (outcomes.length === all.length) throw new NoCellsError(outcomes[0]?.reason);
  const sandbox = sharedSandbox();
  try {
    for (const [source, rows] of groupBySource(all.filter((row) => !row.problem))) {
      const recording = findRecording(source, file);
      const played = await playSource(sandbox, rows, recording, { id: source });
      outcomes.push(...(await findChance(sandbox, rows, recording, played, source)));
    }
  } finally {
    await sandbox.dispose();
  }
  return outcomes.toSorted((a, b) => a.row.line - b.row.line);
}

function groupBySource(rows) {
  const groups = new Map();
  for (const row of rows) groups.set(row.source, [...(groups.get(row.source) ?? []), row]);
  return groups;
}

function count(outcomes) {
  const of = (status) => outcomes.filter((outcome) => outcome.status === status).length;
  const different = of('different');
  const equal = of('equal');
  return { cells: outcomes.length, comparable: equal + different, equal, different };
}

function print(outcomes, say) {
  for (const language of LANGUAGES) {
    const { cells, comparable, equal } = count(
      outcomes.filter(({ row }) => row.language === language),
    );
    if (cells > 0) {
      const own = outcomes.filter(({ row, restored }) => row.language === language && restored);
      const note = own.length > 0 ? `; ${own.length} on files the recording abridges` : '';
      say(
        `${language.padEnd(12)} ${equal} equal of ${comparable} comparable of ${cells} recorded${note}`,
      );
    }
  }
  for (const { row, status, reason } of outcomes) {
    if (status !== 'equal')
      say(`line ${row.line} (${row.language}, ${row.source}): ${status}: ${reason}`);
  }
  const { cells, comparable, equal, different } = count(outcomes);
  say(`fidelity: ${cells} cells, ${comparable} comparable, ${equal} equal, ${different} different`);
}

/** Does what the command says. What it prints goes line by line to `say` and, of errors, to `complain`; returns the exit code. */
export async function main(args, say = console.log, complain = console.error) {
  let parsed;
  try {
    parsed = parseArgs({ args, allowPositionals: true, options: { json: { type: 'boolean' } } });
  } catch (error) {
    complain(`${error.message}\n${USAGE}`);
    return 2;
  }
  const [file, ...more] = parsed.positionals;
  if (file === undefined || more.length > 0) {
    complain(USAGE);
    return 2;
  }
  let outcomes;
  try {
    outcomes = await run(file);
  } catch (error) {
    if (error.code === undefined) throw error;
    complain(`Failed to run "${file}": ${error.message}`);
    return 2;
  }
  if (parsed.values.json) {
    const list = outcomes.map(({ row, status, reason }) => ({ line: row.line, status, reason }));
    say(JSON.stringify({ ...count(outcomes), outcomes: list }, null, 2));
  } else {
    print(outcomes, say);
  }
  return count(outcomes).different > 0 ? 1 : 0;
}
