// Runs sessions in a process of its own. Prints one line of JSON: how many milliseconds they took.
import { tryAgent } from '../../dist/fast-check/index.js';
import { pyodideSandbox } from '../../dist/sandbox/pyodide.js';
import { now, runAgent, SCENARIO } from './session.mjs';

const WARM_UP = 100;
const sessions = Number(process.argv[2]);
const fake = { sandbox: pyodideSandbox({ workers: 1 }) };
const run = async (times) => {
  for (let n = 0; n < times; n++) await tryAgent(SCENARIO, runAgent, { fake });
};
await run(WARM_UP);
const start = now();
await run(sessions);
console.log(JSON.stringify({ milliseconds: now() - start }));
process.exit();
