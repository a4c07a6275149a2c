// Explores an agent with a bug, and prints what came of it as JSON: a digest of every run, and what was found at last.
// `node explore.mjs WORKERS RUNS`
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { parseScenario } from 'callsheet';
import { agentProperty, tryAgent } from 'callsheet/fast-check';
import { pyodideSandbox } from '../../dist/sandbox/pyodide.js';
import * as fc from 'fast-check';
import { runAgent as careful } from './agents/careful.mjs';
import { runAgent } from './agents/timeouts-unhandled.mjs';

const [workers, numRuns] = process.argv.slice(2).map(Number);
const anOrder = parseScenario(readFileSync(new URL('an-order.yaml', import.meta.url), 'utf8'));
const fake = { sandbox: pyodideSandbox({ workers }) };

const runs = createHash('sha256');
const watching = {
  fake,
  invariants: [
    (transcript) => {
      runs.update(JSON.stringify([...transcript]));
      return [];
    },
  ],
};
await fc.assert(agentProperty(anOrder, careful, watching), { numRuns, seed: 7 });
const { errorInstance, counterexamplePath } = await fc.check(
  agentProperty(anOrder, runAgent, watching),
  { numRuns: 500, seed: 7 },
);
const { yaml, transcript } = errorInstance;
// Several at a time, which share the workers.
const several = await Promise.all(
  Array.from({ length: 3 }, () =>
    tryAgent(anOrder, careful, { fake: { clock: 'virtual', seed: 's' } }),
  ),
);
console.log(
  JSON.stringify({ runs: runs.digest('hex'), yaml, transcript, counterexamplePath, several }),
);
process.exit();
