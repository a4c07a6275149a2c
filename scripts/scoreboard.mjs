#!/usr/bin/env node
/**
 * Tries published clients: `npm run scoreboard -- [--rows FILE] [KIT…]`.
 *
 * Lets each client of the rows hold the conversation `weekly report` and prints client, way, seam and verdict, at last
 * one line of counts. Exit code 0 when every row comes out as it says, 1 when one does not, 2 when the rows cannot be
 * read. What cannot be installed is skipped; with CI=true that is a failure, unless the registry cannot be reached.
 * Runs on the built files.
 */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { parse } from 'yaml';
import { probeClient, STANDARD_CONVERSATIONS } from '../dist/probe/index.js';
import { openKit } from './scoreboard/kits.mjs';
import { SkipError } from './scoreboard/registry.mjs';
import { reportProbe } from '../dist/cli/probe-report.js';
import { palette } from '../dist/cli/text-report.js';

const ROWS = fileURLToPath(new URL('../test/scoreboard/rows.yaml', import.meta.url));
const conversations = STANDARD_CONVERSATIONS.filter(
  ({ scenario }) => scenario.name === 'weekly report',
);
const colors = palette(process.stdout);

/** Each way of each client over each seam. */
function readRows(file, kits) {
  const groups = parse(readFileSync(file, 'utf8'));
  return groups
    .filter(({ kit }) => kits.length === 0 || kits.includes(kit))
    .flatMap(({ ways, seams, ...client }) =>
      seams.flatMap((seam) =>
        Object.entries(ways).map(([way, verdict]) => ({
          ...client,
          seam,
          way,
          expected: [verdict].flat().join(', '),
        })),
      ),
    );
}

/** Findings, with how often when that is more than once; without any, what else went wrong. */
function verdictOf({ ok, ended, findings, failures }) {
  if (ok) return 'clean';
  const rules = findings.map(({ rule, times }) => (times === 1 ? rule : `${rule} ×${times}`));
  const others = [
    ...new Set(failures.map(({ code }) => code)),
    ...(ended === 'finished' ? [] : [ended]),
  ];
  return (rules.length > 0 ? rules : others).join(', ');
}

function createKits() {
  const open = new Map();
  return (name) => {
    if (!open.has(name))
      open.set(
        name,
        attempt(() => openKit(name)),
      );
    const { kit, error } = open.get(name);
    if (error) throw error;
    return kit;
  };
}

function attempt(make) {
  try {
    return { kit: make() };
  } catch (error) {
    return { error };
  }
}

async function tryRow(row, kitOf) {
  try {
    const kit = kitOf(row.kit);
    const adapter = await kit.adapter(row);
    const [result] = await probeClient(adapter, { conversations });
    const verdict = verdictOf(result);
    const status = verdict === row.expected ? 'as expected' : 'different';
    return { ...row, version: kit.version(row.client), verdict, status, result };
  } catch (error) {
    if (!(error instanceof SkipError)) throw error;
    return { ...row, version: '', verdict: '', status: 'skipped', reason: error };
  }
}

function lineOf({ client, version, way, seam, verdict, expected, status, reason }) {
  const mark = { 'as expected': colors.green('✓'), different: colors.red('✗'), skipped: '-' }[
    status
  ];
  const line = `${mark} ${`${client} ${version}`.padEnd(30)} ${way.padEnd(24)} ${seam.padEnd(6)} `;
  if (status === 'skipped') return `${line} skipped: ${reason.message}`;
  return `${line} ${verdict}${status === 'different' ? `  (expected ${expected})` : ''}`;
}

const { values, positionals } = parseArgs({
  options: { rows: { type: 'string', default: ROWS } },
  allowPositionals: true,
});
let rows;
try {
  rows = readRows(values.rows, positionals);
} catch (error) {
  process.stderr.write(`${values.rows}: ${error.message}\n`);
  process.exit(2);
}

const kitOf = createKits();
const tried = [];
for (const row of rows) tried.push(await tryRow(row, kitOf));
// All at once, for clients that fail have much to say in between.
process.stdout.write(tried.map((row) => `${lineOf(row)}\n`).join(''));

const different = tried.filter(({ status }) => status === 'different');
const skipped = tried.filter(({ status }) => status === 'skipped');
for (const { client, version, way, seam, result } of different) {
  process.stdout.write(
    `\n${client} ${version}, ${way} over ${seam}\n${reportProbe(result, colors)}`,
  );
}
const asExpected = tried.length - different.length - skipped.length;
process.stdout.write(
  `\n${tried.length} rows: ${asExpected} as expected, ${different.length} different, ${skipped.length} skipped\n`,
);
const failed = different.length > 0 || skipped.some(({ reason }) => reason.fails);
process.exit(failed || tried.length === 0 ? 1 : 0);
