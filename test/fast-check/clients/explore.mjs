// Looks for what breaks a published client: `node explore.mjs CLIENT [RUNS [KINDS]]`, in one conversation and in drawn ones.
// Prints the scenario that shows it.
import { readFileSync } from 'node:fs';
import { parseScenario } from 'callsheet';
import { agentProperty, conversations } from 'callsheet/fast-check';
import * as fc from 'fast-check';

const [client, runs = '300', kinds] = process.argv.slice(2);
const { runAgent } = await import(`./${client}.mjs`);
const anOrder = parseScenario(readFileSync(new URL('one-order.yaml', import.meta.url), 'utf8'));
const faults = kinds ? { kinds: kinds.split(',') } : {};
for (const scenario of [anOrder, conversations({ maxTurns: 1 })]) {
  const property = agentProperty(scenario, runAgent, { faults });
  const { failed, numRuns, errorInstance } = await fc.check(property, {
    numRuns: Number(runs),
    seed: 1,
  });
  console.log(
    failed ? `after ${numRuns} runs: ${errorInstance.message}` : `nothing in ${numRuns} runs`,
  );
}
process.exit();
