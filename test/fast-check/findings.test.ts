import { readFileSync } from 'node:fs';
import { parseScenario } from 'callsheet';
import { type RunAgent, tryAgent } from 'callsheet/fast-check';
import { expect, test } from 'vitest';

// The AI SDK and LangChain are not installed here; docs/findings.md says with which versions they were tried.
test.each([
  ['slow-tool', ['answer.late']],
  ['paused-turn', []],
  ['told-to-wait', []],
])('what the docs say of the tool runner of the SDK: %s', async (name, rules) => {
  const file = new URL(`findings/${name}.yaml`, import.meta.url);
  const client: { runAgent: RunAgent } = await import(
    new URL('clients/tool-runner.mjs', import.meta.url).href
  );
  const { entries } = await tryAgent(parseScenario(readFileSync(file, 'utf8')), client.runAgent);
  expect(entries.map(({ rule }) => rule)).toEqual(rules);
});
