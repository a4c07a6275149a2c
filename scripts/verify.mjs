#!/usr/bin/env node
/**
 * Runs all that takes minutes, and ends with a table: `npm run verify [-- NAME…]`.
 *
 * What a leg prints goes by as it comes. A leg that misses something (a registry, a client, recordings) says so itself and
 * counts as it ends. Exit code 0 when no leg fails, 1 when one does, 2 for a name that no leg has. Runs on the built files.
 */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { stripVTControlCharacters } from 'node:util';
import { LEGS } from './verify/legs.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Runs a program to its end. What it prints is passed on, and returned. */
async function run(command, env) {
  const child = spawn(process.execPath, command, {
    cwd: root,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let printed = '';
  child.stdout.setEncoding('utf8').on('data', (text) => {
    printed += text;
    process.stdout.write(text);
  });
  const [status, signal] = await new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (...ended) => resolve(ended));
  });
  return { ended: status ?? signal, printed: stripVTControlCharacters(printed) };
}

/** What the patterns find: of each the last match, or all of a global one. */
function figureIn(printed, patterns) {
  return patterns
    .flatMap((pattern) => {
      const found = [
        ...printed.matchAll(new RegExp(pattern, `${pattern.flags.replace('g', '')}g`)),
      ];
      const told = pattern.global ? found : found.slice(-1);
      return told.map((match) => match.slice(1).join(', '));
    })
    .join('; ');
}

async function tryLeg({ name, command, env, figure, needs }) {
  if (needs && !existsSync(new URL(`../${needs}`, import.meta.url))) {
    return { name, result: 'skipped', figure: `there is no ${needs}`, seconds: 0 };
  }
  process.stdout.write(`\n== ${name}\n`);
  const start = performance.now();
  const { ended, printed } = await run(command, env);
  const seconds = (performance.now() - start) / 1000;
  const told = figureIn(printed, figure);
  if (ended !== 0)
    return { name, result: 'failed', figure: told || `ended with ${ended}`, seconds };
  // A leg that prints another thing than it used to must not pass for one that has nothing to say.
  if (told === '') return { name, result: 'failed', figure: 'printed no figure', seconds };
  return { name, result: told.startsWith('skipped') ? 'skipped' : 'passed', figure: told, seconds };
}

function printTable(rows) {
  const width = Math.max(...rows.map(({ name }) => name.length));
  console.log('');
  for (const { name, result, figure, seconds } of rows) {
    const time = `${seconds.toFixed(0)} s`.padStart(6);
    console.log(`${name.padEnd(width)}  ${result.padEnd(7)}  ${time}  ${figure}`);
  }
  const count = (result) => rows.filter((row) => row.result === result).length;
  console.log(
    `\nverify: ${count('passed')} passed, ${count('failed')} failed, ${count('skipped')} skipped`,
  );
}

async function main(names) {
  const unknown = names.filter((name) => !LEGS.some((leg) => leg.name === name));
  if (unknown.length > 0) {
    const known = LEGS.map(({ name }) => name).join(', ');
    console.error(`No leg "${unknown.join('", "')}". There are: ${known}.`);
    return 2;
  }
  const rows = [];
  for (const leg of LEGS) {
    if (names.length === 0 || names.includes(leg.name)) rows.push(await tryLeg(leg));
  }
  printTable(rows);
  return rows.some(({ result }) => result === 'failed') ? 1 : 0;
}

process.exitCode = await main(process.argv.slice(2));
