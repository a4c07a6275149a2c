// What stock Pyodide takes, in a process of its own. `first` prints how long the process has been alive when its first cell
// is done, `session` what a session with an interpreter of its own takes, as JSON. Without arguments it does what its
// parent says, so that both can take turns: `{ work, count }` is answered by the figure of `count` runs of that work.
import { batch, cpuTime, wallTime } from './gates.mjs';
import { EMPTY, LOOPS, ONE_CALL } from './cells.mjs';

const { loadPyodide } = await import('pyodide');
const quiet = { stdout: () => {}, stderr: () => {} };

const TWO_CALLS = `first = await fetch_rows({"n": 1})
second = await fetch_rows({"n": 2})
print(first, second)`;

/** A session without any API: an interpreter of its own, and a cell that makes two calls. */
async function session() {
  const own = await loadPyodide(quiet);
  own.globals.set('fetch_rows', async () => '7');
  await own.runPythonAsync(TWO_CALLS);
}

async function serve() {
  const python = await loadPyodide(quiet);
  const globals = python.globals.get('dict')();
  await python.runPythonAsync('import asyncio, json', { globals });
  const run = (code) => python.runPythonAsync(code, { globals });
  globals.set('call', async () => {
    await new Promise((resolve) => setImmediate(resolve));
    return '{}';
  });
  const works = {
    boot: (count) => batch(count, wallTime, () => loadPyodide(quiet)),
    empty: (count) => batch(count, wallTime, () => run(EMPTY)),
    call: (count) => batch(count, wallTime, () => run(ONE_CALL)),
    loops: (count) => batch(count, cpuTime, () => run(LOOPS.loops)),
    calls: (count) => batch(count, cpuTime, () => run(LOOPS.calls)),
  };
  process.on('message', async ({ work, count }) => process.send(await works[work](count)));
  process.send('ready');
}

switch (process.argv[2]) {
  case 'first':
    await (await loadPyodide(quiet)).runPythonAsync(EMPTY);
    console.log(JSON.stringify({ uptime: performance.now() }));
    process.exit();
    break;
  case 'session':
    console.log(JSON.stringify({ session: await batch(5, wallTime, session) }));
    process.exit();
    break;
  default:
    await serve();
}
