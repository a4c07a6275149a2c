// What stock Pyodide takes, in a process of its own. Prints one line of JSON.
import { EMPTY_CELLS, LOOPS, sample, timed } from './gates.mjs';

const LOOP = 'for _ in range(3_000_000): pass';
const CALLS = 'def g(): pass\nfor _ in range(1_000_000): g()';

const start = performance.now();
const { loadPyodide } = await import('pyodide');
const quiet = { stdout: () => {}, stderr: () => {} };
const python = await loadPyodide(quiet);
await python.runPythonAsync('print(1)');
const firstCell = performance.now() - start;

if (process.argv[2] === 'first') {
  console.log(JSON.stringify({ uptime: performance.now() }));
  process.exit();
}

const TWO_CALLS = `first = await fetch_rows({"n": 1})
second = await fetch_rows({"n": 2})
print(first, second)`;

/** A session without any API: an interpreter of its own, and a cell that makes two calls. */
async function session() {
  const own = await loadPyodide(quiet);
  own.globals.set('fetch_rows', async () => '7');
  await own.runPythonAsync(TWO_CALLS);
}

if (process.argv[2] === 'session') {
  console.log(JSON.stringify({ session: await sample(5, session) }));
  process.exit();
}

const second = await timed(() => loadPyodide(quiet));
const globals = python.globals.get('dict')();
await python.runPythonAsync('import asyncio, json', { globals });
const run = (code) => python.runPythonAsync(code, { globals });
globals.set('call', async () => {
  await new Promise((resolve) => setImmediate(resolve));
  return '{}';
});
const emptyCell = await sample(EMPTY_CELLS, () => run('x = 1'));
const toolCall = await sample(300, () => run('y = await call({"a": 1})'));
// In functions, where ours has them too: names of modules are looked up in dicts.
const loop = await sample(LOOPS, () => run(`def loop():\n    ${LOOP}\nloop()`));
const calls = await sample(LOOPS, () =>
  run(`def calls():\n    ${CALLS.replaceAll('\n', '\n    ')}\ncalls()`),
);
console.log(JSON.stringify({ firstCell, second, emptyCell, toolCall, loop, calls }));
process.exit();
