// `npm run verify` runs this: what takes minutes. 1,000 rewinds over nasty cells leak nothing; 100 forks in other workers
// and in another process end with equal hashes; three processes with another time zone, language and number of workers,
// and other majors of Node print the same bytes. A Node that cannot be installed is skipped; with CI=true that is a
// failure, unless the registry cannot be reached.
//
// node scripts/soak-sandbox.mjs [--only rewinds|forks|processes] [--rewinds N] [--forks N] [--this-node]
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { pyodideSandbox } from '../dist/sandbox/pyodide.js';
import { findNode, MAJORS, versionOf } from './nodes.mjs';
import { SkipError } from './scoreboard/registry.mjs';
import { DETERMINISTIC, FORKED, NASTY, PENDING, PROBE } from './soak-cells.mjs';

const SELF = fileURLToPath(import.meta.url);
const EPOCH = 2_051_222_400_000;
const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    rewinds: { type: 'string', default: '1000' },
    forks: { type: 'string', default: '100' },
    'this-node': { type: 'boolean', default: false },
    print: { type: 'string' },
    workers: { type: 'string', default: '1' },
    restore: { type: 'string' },
    answers: { type: 'string', default: '[]' },
  },
});

const hash = (text) => createHash('sha256').update(text).digest('hex').slice(0, 16);
let ids = 0;

async function play(container, code, cell = `cell_${++ids}`) {
  let outcome = await container.run({ id: cell, code, tools: ['f'], at: 0 });
  while (outcome.state === 'paused') {
    const answers = outcome.calls.map(({ key }) => ({ key, content: 'answer' }));
    outcome = await container.resume(answers, outcome.at);
  }
  return outcome;
}

/** A fresh container on a worker that has run something nasty must be as it is on one that has run nothing. */
async function rewinds(count) {
  const sandbox = pyodideSandbox({ workers: 1, watchdog: 5000 });
  const open = () => sandbox.createContainer({ id: `c${++ids}`, seed: 'probe', epoch: EPOCH });
  const probe = async () => {
    const container = await open();
    const outcome = await play(container, PROBE, 'probe');
    const image = hash(await container.checkpoint());
    await container.dispose();
    return JSON.stringify({ outcome, image });
  };
  const expected = await probe();
  if (!expected.includes('"return_code":0')) throw new Error(expected);
  let leaks = 0;
  for (let n = 0; n < count; n++) {
    const nasty = await open();
    await play(nasty, NASTY[n % NASTY.length]);
    await nasty.dispose();
    const found = await probe();
    if (found !== expected) {
      leaks += 1;
      console.log(`leak after ${JSON.stringify(NASTY[n % NASTY.length])}\n${found}\n${expected}`);
    }
  }
  await sandbox.dispose();
  console.log(`rewinds: ${count} over ${NASTY.length} nasty cells, ${leaks} leaks`);
  return leaks;
}

async function forks(count) {
  const sandbox = pyodideSandbox({ workers: 2, blockedWorkers: 1 });
  const folder = mkdtempSync(join(tmpdir(), 'callsheet-'));
  let different = 0;
  for (const [name, code] of Object.entries(PENDING)) {
    const original = await sandbox.createContainer({ id: `c${++ids}`, seed: 'fork', epoch: EPOCH });
    await play(original, FORKED, 'setup');
    const outcome = await original.run({ id: 'fork', code, tools: ['f'], at: 0 });
    const answers = (outcome.calls ?? []).map(({ key }) => ({ key, content: 'answer' }));
    const file = join(folder, name);
    writeFileSync(file, await original.checkpoint());
    const copies = [];
    for (let n = 0; n < Math.ceil(count / Object.keys(PENDING).length); n++) {
      copies.push(await original.fork({ id: `c${++ids}` }));
    }
    const ends = [];
    for (const copy of [original, ...copies]) {
      ends.push(await finish(copy, answers));
      await copy.dispose();
    }
    ends.push(
      execFileSync(
        process.execPath,
        [SELF, '--restore', file, '--answers', JSON.stringify(answers)],
        {
          encoding: 'utf8',
        },
      ).trim(),
    );
    const kinds = new Set(ends);
    different += kinds.size - 1;
    console.log(`forks, ${name}: ${ends.length} ends, ${kinds.size} kind(s)`);
    if (kinds.size > 1) console.log(ends.join(' '));
  }
  await sandbox.dispose();
  rmSync(folder, { recursive: true });
  return different;
}

async function finish(container, answers) {
  const resumed = answers.length > 0 ? await container.resume(answers, 5) : undefined;
  const outcome = await play(container, 'print(sum(rows), log.tell(), random.random())', 'after');
  return hash(JSON.stringify([resumed, outcome]) + hash(await container.checkpoint()));
}

/** Prints what the cells of the determinism check print; run in several processes. */
async function print(workers) {
  const sandbox = pyodideSandbox({ workers });
  const all = [];
  for (const seed of ['one', 'two']) {
    const container = await sandbox.createContainer({ id: seed, seed, epoch: EPOCH });
    for (const code of DETERMINISTIC) {
      all.push(await play(container, code));
      // Another container, so that this one moves.
      const other = await sandbox.createContainer({ id: `o${++ids}`, seed: 'x', epoch: EPOCH });
      await play(other, 'y = 1');
      await other.dispose();
    }
  }
  await sandbox.dispose();
  return JSON.stringify(all);
}

function run(node, env, workers) {
  return execFileSync(node, [SELF, '--print', 'cells', '--workers', String(workers)], {
    encoding: 'utf8',
    env: { ...process.env, ...env },
    maxBuffer: 1e8,
  });
}

function processes() {
  const ours = process.execPath;
  const reference = run(ours, { TZ: 'UTC', LANG: 'C' }, 1);
  if (reference.includes('Traceback')) throw new Error(reference);
  const others = [
    run(ours, { TZ: 'Asia/Tokyo', LANG: 'de_DE.UTF-8' }, 2),
    run(ours, { TZ: 'America/New_York', LANG: 'ja_JP.UTF-8' }, 3),
  ];
  let different = others.filter((it) => it !== reference).length;
  console.log(`processes: 3 with other TZ, LANG and worker counts, ${different} different`);
  for (const major of values['this-node'] ? [] : MAJORS) {
    const { said, fails } = compareNode(major, reference);
    console.log(`Node ${major}: ${said}`);
    if (fails) different += 1;
  }
  return different;
}

function compareNode(major, reference) {
  try {
    const node = findNode(major);
    const same = run(node, { TZ: 'UTC', LANG: 'C' }, 1) === reference;
    return { said: `${same ? 'the same bytes' : 'other bytes'}, ${versionOf(node)}`, fails: !same };
  } catch (error) {
    if (!(error instanceof SkipError)) throw error;
    return { said: `skipped, ${error.message}`, fails: error.fails };
  }
}

if (values.restore) {
  const sandbox = pyodideSandbox({ workers: 1 });
  const copy = await sandbox.restoreContainer(readFileSync(values.restore), { id: 'copy' });
  console.log(await finish(copy, JSON.parse(values.answers)));
  process.exit();
}
if (values.print) {
  process.stdout.write(await print(Number(values.workers)), () => process.exit());
} else {
  const checks = {
    rewinds: () => rewinds(Number(values.rewinds)),
    forks: () => forks(Number(values.forks)),
    processes,
  };
  let failures = 0;
  for (const [name, check] of Object.entries(checks)) {
    if (!values.only || values.only === name) failures += await check();
  }
  console.log(failures === 0 ? 'sandbox soak: all holds' : `sandbox soak: ${failures} failures`);
  process.exit(failures === 0 ? 0 : 1);
}
