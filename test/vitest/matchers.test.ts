import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Anthropic from '@anthropic-ai/sdk';
import { call, createRecorder, readCassette, scenario } from 'callsheet';
import { expect, test } from 'callsheet/vitest';
import { describe } from 'vitest';
import {
  inventory,
  inventoryAgent,
  inventoryCalls,
  inventoryQuestions,
} from '../support/inventory.ts';
import { chat } from '../support/sdk-agent.ts';

/** Plays the inventory conversation and returns its fake. */
async function played(fetch: typeof globalThis.fetch) {
  const client = new Anthropic({ fetch, apiKey: 'test', maxRetries: 0 });
  return chat(client, inventoryAgent, inventoryQuestions);
}

/** How a matcher fails. */
function failureOf(assert: () => void): string {
  try {
    assert();
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  return 'it did not fail';
}

test('matchers accept a transcript, a fake, and events', async ({ callsheet }) => {
  const api = callsheet.play(inventory);
  await played(api.fetch);
  for (const received of [api.transcript, api, api.transcript.events]) {
    expect(received).toHaveToolCalls(inventoryCalls);
    expect(received).toHaveCleanVerdict();
    expect(received).toHaveCellOutput('C');
    expect(received).toHaveCellOutput('41', { cell: 1 });
    expect(received).toHaveCellOutput(/^4\d\n$/, { cell: 1 });
  }
});

test('matchers can be negated, awaited, soft and asymmetric', async ({ callsheet }) => {
  const api = callsheet.play(inventory);
  await expect(played(api.fetch).then(() => api.transcript)).resolves.toHaveToolCalls(
    inventoryCalls,
  );
  expect(api.transcript).not.toHaveToolCalls([]);
  expect(api.transcript).not.toHaveCellOutput('D');
  expect.soft(api.transcript).toHaveCellOutput('C');
  expect({ transcript: api.transcript }).toEqual({
    transcript: expect.toHaveToolCalls(inventoryCalls),
  });
  expect({ transcript: api.transcript }).not.toEqual({
    transcript: expect.toHaveCellOutput('D'),
  });
});

test('what fails says what was expected and what came', async ({ callsheet }) => {
  const api = callsheet.play(inventory);
  await played(api.fetch);
  expect(failureOf(() => expect(api).toHaveToolCalls([call('list_skus', { all: true })]))).toMatch(
    /list_skus/,
  );
  expect(failureOf(() => expect(api).toHaveCellOutput('D'))).toMatchInlineSnapshot(`
    "Cell 3 of 3 printed something else than expected.

      expected "D"
      actual   "C""
  `);
  expect(failureOf(() => expect(api).toHaveCellOutput(/x/, { cell: 2 }))).toMatchInlineSnapshot(`
    "Cell 2 of 3 printed something else than expected.

      expected /x/
      actual   ""
      stderr   IndexError: list index out of range"
  `);
  expect(failureOf(() => expect(api).toHaveCellOutput('D', { cell: 4 }))).toMatchInlineSnapshot(
    `"Expected output "D", but there is no cell 4: 3 ran."`,
  );
  expect(failureOf(() => expect(api).not.toHaveCleanVerdict())).toMatchInlineSnapshot(`
    "expect(transcript).not.toHaveCleanVerdict: it should not, but it does.

    user: How many do we have?
      says: Counting.
      cell 1 runs
      cell 1 calls list_skus {} → ["A","B","C","D"]
      cell 1 calls count_stock {"sku":"A"} → 3
      cell 1 calls count_stock {"sku":"B"} → 14
      cell 1 calls count_stock {"sku":"C"} → 15
      cell 1 calls count_stock {"sku":"D"} → 9
      cell 1 prints "41"
      cell 2 runs
      cell 2 raises IndexError: list index out of range
      says: There are 41.
      ends: end_turn
    user: Which do we have most of?
      cell 3 runs
      cell 3 prints "C"
      says: That one.
      ends: end_turn"
  `);
});

test('a session matches its own cassette, and no other', async ({ callsheet }) => {
  const folder = await mkdtemp(join(tmpdir(), 'callsheet-matchers-'));
  const file = join(folder, 'inventory.cassette.yaml');
  const recorded = callsheet.play(inventory);
  const recorder = createRecorder(file, { fetch: recorded.fetch });
  await played(recorder.fetch);
  await recorder.close();
  const cassette = readCassette(await readFile(file, 'utf8'));
  await rm(folder, { recursive: true });

  const again = callsheet.play(inventory);
  await played(again.fetch);
  expect(again.transcript).toMatchCassette(cassette);
  expect.soft(again).toMatchCassette(cassette);
  await expect(Promise.resolve(again)).resolves.toMatchCassette(cassette);
  expect({ again }).toEqual({ again: expect.toMatchCassette(cassette) });

  const replay = callsheet.replay(cassette, { allow: ['unplayed'] });
  const [question] = inventoryQuestions;
  const client = new Anthropic({ fetch: replay.fetch, apiKey: 'test', maxRetries: 0 });
  await chat(client, inventoryAgent, [question!]);
  expect(replay).not.toMatchCassette(cassette);
  expect(failureOf(() => expect(replay).toMatchCassette(cassette))).toMatchInlineSnapshot(`
    "What happened is not what was recorded.

          ends with code 1: IndexError: list index out of range
          says: There are 41.
          ends: end_turn
      - user: Which do we have most of?
      + nothing more happened"
  `);
});

test('what is no transcript is refused', () => {
  expect(() => expect(42).toHaveCleanVerdict()).toThrow(
    'toHaveCleanVerdict expects a transcript, such as `api.transcript`, but received a value of type number.',
  );
  expect(() => expect(Promise.resolve()).toHaveToolCalls([])).toThrow(/a promise: await it/);
});

test('a transcript is a small snapshot', async ({ callsheet }) => {
  const api = callsheet.play(inventory);
  await played(api.fetch);
  expect(api.transcript).toMatchInlineSnapshot(`
    user: How many do we have?
      says: Counting.
      cell 1 runs
      cell 1 calls list_skus {} → ["A","B","C","D"]
      cell 1 calls count_stock {"sku":"A"} → 3
      cell 1 calls count_stock {"sku":"B"} → 14
      cell 1 calls count_stock {"sku":"C"} → 15
      cell 1 calls count_stock {"sku":"D"} → 9
      cell 1 prints "41"
      cell 2 runs
      cell 2 raises IndexError: list index out of range
      says: There are 41.
      ends: end_turn
    user: Which do we have most of?
      cell 3 runs
      cell 3 prints "C"
      says: That one.
      ends: end_turn
  `);
});

test('an agent that breaks a rule has no clean verdict', async ({ callsheet }) => {
  const api = callsheet.play(inventory, { allow: ['findings', 'unplayed'] });
  const client = new Anthropic({
    fetch: api.fetch,
    apiKey: 'test',
    maxRetries: 0,
    // Versions of the SDK ask for different ones.
    defaultHeaders: { 'anthropic-version': '2023-06-01' },
  });
  const { tools } = inventoryAgent;
  const question = { role: 'user' as const, content: inventoryQuestions[0]! };
  const hot = { model: 'm', max_tokens: 1024, temperature: 3, tools, messages: [question] };
  await client.messages.create(hot).catch(() => {});
  expect(failureOf(() => expect(api).toHaveCleanVerdict())).toMatchInlineSnapshot(`
    "Finding request.sampling_range: temperature: range: 0..1
      in   request req_01aqACmr6L7hsmFY4a9gGLZB
      at   temperature
      why  The API refuses the request, and the conversation stops there. (high)
      fix  Send a \`temperature\` within the range."
  `);
});

describe('tests that run at once have fakes of their own', () => {
  test.concurrent.for([1, 2, 3])('number %i', async (n, { callsheet, expect }) => {
    const api = callsheet.play(
      scenario(`number ${n}`, (claude) => claude.onUser(/.*/, { user: 'Hi' }).says(String(n))),
    );
    const client = new Anthropic({ fetch: api.fetch, apiKey: 'test' });
    const [response] = await chat(client, { tools: [], answer: async () => '' }, ['Hi']);
    expect(response!.content).toEqual([{ type: 'text', text: String(n) }]);
    expect(api.transcript).toHaveToolCalls([]);
    expect(api.transcript.events.filter(({ type }) => type === 'turn.started')).toHaveLength(1);
  });
});
