import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { callsheet } from '../cli/callsheet.ts';

const folder = fileURLToPath(new URL('.', import.meta.url));

// The AI SDK and LangChain are not installed here; docs/findings.md says with which versions they were tried.
test.each([
  ['slow-tool', 1, 'Finding answer.late'],
  ['paused-turn', 0, '1 passed'],
  ['lost-on-thread', 1, 'Finding thread.already_continued'],
])('what the docs say of the tool runner of the SDK: %s', (name, status, said) => {
  const run = ['run', `findings/${name}.yaml`, '--client', 'clients/tool-runner.mjs'];
  const ended = callsheet(run, folder);
  expect([ended.status, ended.stdout]).toEqual([status, expect.stringContaining(said)]);
});
