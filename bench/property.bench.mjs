// Properties: how many sessions a second, and where their time goes. The gate is a ratio to what a session would take if
// each booted a stock Pyodide, in the same run; the rest is printed, for it is the machine's.
import { execFile, execFileSync } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { tryAgent } from '../dist/fast-check/index.js';
import { pyodideSandbox } from '../dist/sandbox/pyodide.js';
import { createGates, median, milliseconds } from './gates.mjs';
import { now, runAgent, SCENARIO, stopwatch } from './property/session.mjs';

const SESSIONS = 400;
const WARM_UP = 100;

const file = (name) => fileURLToPath(new URL(name, import.meta.url));

/** A sandbox that measures how long its containers take. */
function measured(sandbox, measure) {
  return {
    ...sandbox,
    async createContainer(options) {
      const container = await measure(() => sandbox.createContainer(options));
      return {
        ...container,
        run: (cell) => measure(() => container.run(cell)),
        resume: (answers, at) => measure(() => container.resume(answers, at)),
        dispose: () => measure(() => container.dispose()),
      };
    },
  };
}

/** Sessions one after the other: the duration of each, and what of it is whose. */
async function inProcess() {
  const shares = { python: 0, fetch: 0, all: 0 };
  const sandbox = measured(pyodideSandbox({ workers: 1 }), stopwatch(shares, 'python'));
  const durations = [];
  const inFetch = stopwatch(shares, 'fetch');
  const agent = (api, assignment) =>
    runAgent({ ...api, fetch: (...request) => inFetch(() => api.fetch(...request)) }, assignment);
  for (let n = -WARM_UP; n < SESSIONS; n++) {
    if (n === 0) Object.assign(shares, { python: 0, fetch: 0, all: 0 });
    const start = now();
    const { entries } = await tryAgent(SCENARIO, agent, { fake: { sandbox } });
    if (entries.length > 0) throw new Error(JSON.stringify(entries));
    const took = now() - start;
    shares.all += took;
    if (n >= 0) durations.push(took);
  }
  await sandbox.dispose();
  return { durations, shares };
}

/** Sessions in a process of its own. Resolves to how many it did a second. */
async function elsewhere() {
  const args = [file('property/worker.mjs'), String(SESSIONS)];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  return (1000 * SESSIONS) / JSON.parse(stdout).milliseconds;
}

/** Sessions a second when every core has a process of its own, as with Vitest's workers. */
async function onAllCores(cores) {
  const rates = await Promise.all(Array.from({ length: cores }, elsewhere));
  return rates.reduce((sum, rate) => sum + rate, 0);
}

const gates = createGates('property');
const { durations, shares } = await inProcess();
const ours = median(durations);
const stock = JSON.parse(
  execFileSync(process.execPath, [file('stock-pyodide.mjs'), 'session'], { encoding: 'utf8' }),
).session;
const cores = availableParallelism();
const rate = await onAllCores(cores);

const percent = (part) => `${Math.round((100 * part) / shares.all)} %`;
console.log(
  `A session of 3 requests, 1 cell in a fresh container and 2 calls, with all invariants`,
);
console.log(`  ${Math.round(1000 / ours)} sessions/s in one process`);
console.log(`  ${Math.round(rate)} sessions/s in ${cores} processes`);
console.log(
  `  Python ${percent(shares.python)}, API ${percent(shares.fetch - shares.python)}, client and judges ${percent(shares.all - shares.fetch)}`,
);
gates.add({
  name: 'whole session',
  ours: milliseconds(ours),
  rival: `with a stock boot ${milliseconds(stock)}`,
  ratio: stock / ours,
  gate: 100,
});
process.exit(gates.report() > 0 ? 1 : 0);
