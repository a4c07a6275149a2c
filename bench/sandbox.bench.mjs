// The sandbox beside stock Pyodide, in one run, in turns. Inputs are checked before they are timed.
import { execFileSync, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { pyodideSandbox } from '../dist/sandbox/pyodide.js';
import { EMPTY, LOOPS, ONE_CALL } from './cells.mjs';
import { batch, cpuTime, createGates, milliseconds, sideBySide, wallTime } from './gates.mjs';

const fileOf = (name) => fileURLToPath(new URL(name, import.meta.url));
const gates = createGates('sandbox');
const sandbox = pyodideSandbox({ workers: 1 });
let ids = 0;

const open = () => sandbox.createContainer({ id: `bench_${++ids}`, seed: '', epoch: 0 });
const start = (container, code) => container.run({ id: 'cell', code, tools: ['call'], at: 0 });
const resume = (container, { calls }) =>
  container.resume(
    calls.map(({ key }) => ({ key, content: '{}' })),
    0,
  );

async function must(container, code) {
  const { stderr } = await start(container, code);
  if (stderr) throw new Error(stderr);
}

/** A process with a stock Pyodide. Resolves to what asks it for the figure of `count` runs of a piece of work. */
async function startStock() {
  const child = fork(fileOf('stock-pyodide.mjs'));
  await once(child, 'message');
  const measure = async (work, count) => {
    child.send({ work, count });
    const [figure] = await once(child, 'message');
    return figure;
  };
  return { measure, end: () => child.kill() };
}

/** How long a new process is alive until its first cell is done. */
function uptime(script, ...args) {
  const output = execFileSync(process.execPath, [fileOf(script), ...args], { encoding: 'utf8' });
  return JSON.parse(output).uptime;
}

function addFaster(name, { ours, rival }, what, gate) {
  gates.add({
    name,
    ours: milliseconds(ours),
    rival: `${what} ${milliseconds(rival)}`,
    ratio: rival / ours,
    gate,
  });
}

async function firstCells() {
  const best = await sideBySide(
    9,
    () => uptime('first-cell.mjs'),
    () => uptime('stock-pyodide.mjs', 'first'),
  );
  addFaster('fresh process to first cell', best, 'stock loadPyodide', 4);
}

async function freshContainers(stock) {
  let previous = await open();
  const renew = async () => {
    const next = await open();
    await previous.dispose();
    await must(next, EMPTY);
    previous = next;
  };
  const best = await sideBySide(
    3,
    () => batch(15, wallTime, renew),
    () => stock.measure('boot', 1),
  );
  await previous.dispose();
  addFaster('fresh isolated container, warm worker', best, 'a second loadPyodide', 200);
}

async function bootFromSnapshot() {
  const other = pyodideSandbox({ workers: 1 });
  const its = await other.createContainer({ id: 'its', seed: '', epoch: 0 });
  await must(its, EMPTY);
  await other.dispose();
}

async function suspendedContainers() {
  const suspended = [];
  for (let n = 0; n < 20; n++) {
    const container = await open();
    const outcome = await start(container, 'while True: await call({"n": 1})');
    suspended.push({ container, outcome });
  }
  const turn = async (n) => {
    const one = suspended[n];
    one.outcome = await resume(one.container, one.outcome);
  };
  const best = await sideBySide(
    5,
    () => batch(suspended.length, wallTime, turn),
    () => batch(1, wallTime, bootFromSnapshot),
  );
  addFaster('switch to a suspended container', best, 'boot from snapshot', 15);
  const size = (await suspended[0].container.checkpoint()).length;
  gates.add({
    name: 'image of a small container',
    ours: `${(size / 1e6).toFixed(2)} MB`,
    rival: '1 MB',
    ratio: size / 1e6,
    gate: 1,
    atMost: true,
  });
  for (const { container } of suspended) await container.dispose();
}

/** Many, for the engine to have compiled everything on the way, on both sides. */
async function roundTrips(stock, container) {
  const empty = await sideBySide(
    25,
    () => batch(200, wallTime, () => must(container, EMPTY)),
    () => stock.measure('empty', 200),
  );
  addFaster('empty cell, worker round trip', empty, 'stock, in process', 1);

  // A pause in a cell that makes many calls, beside a cell that awaits one promise.
  const caller = await open();
  let paused = await start(caller, `while True: ${ONE_CALL}`);
  const call = await sideBySide(
    25,
    () =>
      batch(200, wallTime, async () => {
        paused = await resume(caller, paused);
      }),
    () => stock.measure('call', 200),
  );
  await caller.dispose();
  addFaster('one call: pause, host, resume', call, 'stock, cell that awaits', 1);
}

async function limits(container) {
  const timeOut = (code) => async () => {
    const { timedOut } = await start(container, code);
    if (!timedOut) throw new Error(`The cell did not meet the limit: ${code}`);
  };
  const rival = 90_000;
  const sleep = await batch(20, wallTime, timeOut('import time\ntime.sleep(100)'));
  addFaster('cell that sleeps past 90 s', { ours: sleep, rival }, '90 s', 5000);
  const endless = await batch(3, wallTime, timeOut('while True: pass'));
  addFaster('endless loop', { ours: endless, rival }, '90 s', 90);
}

/** In time of the CPU, for that is the question, and in many rounds, for the difference to be seen is a few per cent. */
async function overheads(stock, container) {
  for (const [name, gate] of [
    ['loops', 1.1],
    ['calls', 1.3],
  ]) {
    const { ours, rival } = await sideBySide(
      40,
      () => batch(1, cpuTime, () => must(container, LOOPS[name])),
      () => stock.measure(name, 1),
    );
    gates.add({
      name: `CPU budget, ${name}`,
      ours: milliseconds(ours),
      rival: `stock, no budget ${milliseconds(rival)}`,
      ratio: ours / rival,
      gate,
      atMost: true,
    });
  }
}

// Builds the snapshot, if there is none, before anything is timed.
const container = await open();
await must(container, 'import json\nx = 1');
await firstCells();
const stock = await startStock();
await freshContainers(stock);
await suspendedContainers();
await roundTrips(stock, container);
await limits(container);
await overheads(stock, container);
stock.end();
await sandbox.dispose();
process.exit(gates.report() > 0 ? 1 : 0);
