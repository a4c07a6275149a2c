// The sandbox beside stock Pyodide, in one run. Inputs are checked before they are timed.
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { pyodideSandbox } from '../dist/sandbox/pyodide.js';
import { createGates, EMPTY_CELLS, LOOPS, milliseconds, sample } from './gates.mjs';

const LOOP = 'def loop():\n    for _ in range(3_000_000): pass\nloop()';
const CALLS = 'def calls():\n    def g(): pass\n    for _ in range(1_000_000): g()\ncalls()';

/** Runs a script beside this one and reads the JSON it prints. */
function script(name, ...args) {
  const file = fileURLToPath(new URL(name, import.meta.url));
  return JSON.parse(execFileSync(process.execPath, [file, ...args], { encoding: 'utf8' }));
}

async function run() {
  const gates = createGates('sandbox');
  const sandbox = pyodideSandbox({ workers: 1 });
  let ids = 0;
  const open = () => sandbox.createContainer({ id: `bench_${++ids}`, seed: '', epoch: 0 });
  const play = async (container, code) => {
    let outcome = await container.run({ id: `cell_${++ids}`, code, tools: ['call'], at: 0 });
    while (outcome.state === 'paused') {
      const answers = outcome.calls.map(({ key }) => ({ key, content: '{}' }));
      outcome = await container.resume(answers, outcome.at);
    }
    return outcome;
  };
  const must = async (container, code) => {
    const { stderr } = await play(container, code);
    if (stderr) throw new Error(stderr);
  };

  // Builds the snapshot, if there is none, before anything is timed.
  const container = await open();
  await must(container, 'print(1)');
  const stock = script('stock-pyodide.mjs');

  // In turns, and the best of each: whatever else the machine does hits both.
  const firsts = { ours: [], stock: [] };
  for (let n = 0; n < 5; n++) {
    firsts.ours.push(script('first-cell.mjs').uptime);
    firsts.stock.push(script('stock-pyodide.mjs', 'first').uptime);
  }
  const [first, stockFirst] = [Math.min(...firsts.ours), Math.min(...firsts.stock)];
  gates.add(faster('fresh process to first cell', first, stockFirst, 'stock loadPyodide', 4));

  let previous = container;
  const fresh = await sample(40, async () => {
    const next = await open();
    await previous.dispose();
    await must(next, 'x = 1');
    previous = next;
  });
  gates.add(
    faster(
      'fresh isolated container, warm worker',
      fresh,
      stock.second,
      'a second loadPyodide',
      200,
    ),
  );

  const boot = await sample(3, async () => {
    const other = pyodideSandbox({ workers: 1 });
    const its = await other.createContainer({ id: 'its', seed: '', epoch: 0 });
    await its.run({ id: 'cell', code: 'x = 1', tools: [], at: 0 });
    await other.dispose();
  });
  const suspended = [];
  for (let n = 0; n < 20; n++) {
    const it = await open();
    const code = 'while True: await call({"n": 1})';
    suspended.push({ it, outcome: await it.run({ id: 'wait', code, tools: ['call'], at: 0 }) });
  }
  const change = await sample(100, async (n) => {
    const one = suspended[n % 20];
    const answers = one.outcome.calls.map(({ key }) => ({ key, content: '{}' }));
    one.outcome = await one.it.resume(answers, 0);
  });
  gates.add(faster('switch to a suspended container', change, boot, 'boot from snapshot', 15));
  const size = (await suspended[0].it.checkpoint()).length;
  gates.add({
    name: 'image of a small container',
    ours: `${(size / 1e6).toFixed(2)} MB`,
    rival: '1 MB',
    ratio: size / 1e6,
    gate: 1,
    atMost: true,
  });
  for (const { it } of suspended) await it.dispose();

  const warm = await open();
  await must(warm, 'import json\nx = 1');
  const empty = await sample(EMPTY_CELLS, () =>
    warm.run({ id: 'cell', code: 'x = 1', tools: [], at: 0 }),
  );
  gates.add(
    faster('empty cell, worker round trip', empty, stock.emptyCell, 'stock, in process', 1),
  );
  // The time of one pause in a cell that makes many, without the cell itself.
  let paused = await warm.run({
    id: 'many',
    code: 'for _ in range(300): await call({"a": 1})',
    tools: ['call'],
    at: 0,
  });
  const pause = await sample(299, async () => {
    paused = await warm.resume(
      paused.calls.map(({ key }) => ({ key, content: '{}' })),
      0,
    );
  });
  await warm.resume(
    paused.calls.map(({ key }) => ({ key, content: '{}' })),
    0,
  );
  gates.add(faster('one call: pause, host, resume', pause, stock.toolCall, 'stock, a promise', 1));

  const sleeper = await sample(20, async () => {
    const outcome = await warm.run({
      id: 'cell',
      code: 'import time\ntime.sleep(100)',
      tools: [],
      at: 0,
    });
    if (!outcome.timedOut) throw new Error('The sleep did not meet the limit.');
  });
  gates.add(faster('cell that sleeps past 90 s', sleeper, 90_000, '90 s', 5000));
  const endless = await sample(3, () =>
    warm.run({ id: 'cell', code: 'while True: pass', tools: [], at: 0 }),
  );
  gates.add(faster('endless loop', endless, 90_000, '90 s', 90));

  const loop = await sample(LOOPS, () => must(warm, LOOP));
  const calls = await sample(LOOPS, () => must(warm, CALLS));
  gates.add(overhead('CPU budget, loops', loop, stock.loop, 1.1));
  gates.add(overhead('CPU budget, calls', calls, stock.calls, 1.3));

  await sandbox.dispose();
  return gates.report();
}

function faster(name, ours, rival, what, gate) {
  return {
    name,
    ours: milliseconds(ours),
    rival: `${what} ${milliseconds(rival)}`,
    ratio: rival / ours,
    gate,
  };
}

function overhead(name, ours, rival, gate) {
  return {
    name,
    ours: milliseconds(ours),
    rival: `stock, no budget ${milliseconds(rival)}`,
    ratio: ours / rival,
    gate,
    atMost: true,
  };
}

process.exit((await run()) > 0 ? 1 : 0);
