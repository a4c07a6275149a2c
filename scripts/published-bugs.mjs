#!/usr/bin/env node
/**
 * Shows bug classes on published clients: `npm run published-bugs`.
 *
 * For each row of `test/bug-classes/published.yaml` a version that has the bug and one that has not hold a conversation.
 * Prints class, client and what was found; at last a line of counts. Exit code 1 when a bug is not caught by the rule that
 * the row names, or is taken for another class, or a mended version is not clean. What cannot be installed is skipped; with CI=true that is a failure,
 * unless the registry cannot be reached. Runs on the built files.
 */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { probeClient, STANDARD_CONVERSATIONS } from '../dist/probe/index.js';
import { kitOfPackages } from './scoreboard/kits.mjs';
import { SkipError } from './scoreboard/registry.mjs';

const ROWS = fileURLToPath(new URL('../test/bug-classes/published.yaml', import.meta.url));

/** Lets one version hold the conversation of a row. */
async function probed({ packages, way }, { conversation, program }) {
  const adapter = await kitOfPackages(packages).adapter({ program, way, seam: 'fetch' });
  const conversations = STANDARD_CONVERSATIONS.filter(
    ({ scenario }) => scenario.name === conversation,
  );
  const [result] = await probeClient(adapter, { conversations });
  return result;
}

/** What the probe says: the rules that were broken, or what else went wrong. */
function saidOf({ ok, ended, findings, failures }) {
  if (ok) return 'clean';
  const rules = findings.map(({ rule }) => rule);
  const others = [ended, ...failures.map(({ code }) => code)];
  return (rules.length > 0 ? rules : others).join(', ');
}

async function tryRow(row) {
  try {
    const wrong = await probed(row.wrong, row);
    const mended = await probed(row.mended, row);
    const isCaught = wrong.findings.some(
      (entry) => entry.rule === row.caught && entry.class === row.class,
    );
    return { wrong: saidOf(wrong), mended: saidOf(mended), holds: isCaught && mended.ok };
  } catch (error) {
    if (!(error instanceof SkipError)) throw error;
    return { skipped: error };
  }
}

/** The client, the first of its packages, in its version. */
function nameOf({ packages, way }) {
  const [[client, version]] = Object.entries(packages);
  return `${client} ${version} ${way}`;
}

const lines = [];
const ended = [];
for (const row of parse(readFileSync(ROWS, 'utf8'))) {
  const outcome = await tryRow(row);
  const { wrong, mended, skipped, holds } = outcome;
  const names = `${row.class} · ${nameOf(row.wrong)}`;
  lines.push(
    skipped
      ? `- ${names} · skipped: ${skipped.message}`
      : `${holds ? '✓' : '✗'} ${names} · ${wrong} · ${nameOf(row.mended)} · ${mended}`,
  );
  ended.push({ ...outcome, class: row.class });
}
// All at once, for clients that fail have much to say in between.
process.stdout.write(`${lines.join('\n')}\n\n`);

const skipped = ended.filter((each) => each.skipped);
const wrong = ended.filter(({ holds, skipped }) => !skipped && !holds);
const shown = new Set(ended.flatMap((each) => (each.holds ? [each.class] : [])));
process.stdout.write(
  `published bugs: ${shown.size} classes shown, ${wrong.length} rows wrong, ${skipped.length} skipped\n`,
);
process.exit(wrong.length > 0 || skipped.some((each) => each.skipped.fails) ? 1 : 0);
