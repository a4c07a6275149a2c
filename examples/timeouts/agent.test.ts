import Anthropic from '@anthropic-ai/sdk';
import { python, scenario } from 'callsheet';
import { expect, test } from 'callsheet/vitest';
import { afterEach, vi } from 'vitest';
import { createReporter } from './agent.ts';

afterEach(() => {
  vi.useRealTimers();
});

// #region slow-tool
const report = scenario('a report that takes long', (claude) => {
  claude
    .onUser('Run the report.')
    .runs(python`
      try:
          print(await run_report({"year": 2026}))
      except TimeoutError as error:
          print("gave up:", error)
    `)
    .says((turn) => turn.lastCell.stdout.trim());
});

test('a report that takes five minutes comes too late', async ({ callsheet }) => {
  const api = callsheet.play(report, {
    schedule: { faults: [{ on: 'call', tool: 'run_report', takes: 300_000 }] },
    allow: ['findings'],
  });
  const client = new Anthropic({ fetch: api.fetch, apiKey: 'test' });

  expect(await createReporter(client, async () => 'all is well')('Run the report.')).toBe(
    "gave up: Calling tool ['run_report'] timed out (no response after 270s).",
  );
  expect(api.transcript).not.toHaveCleanVerdict(); // answer.late
});
// #endregion

// #region linked
test('the same, with a tool that really waits, on fake timers', async ({ callsheet }) => {
  vi.useFakeTimers();
  const api = callsheet.play(report, { clock: 'linked', allow: ['findings'] });
  const client = new Anthropic({ fetch: api.fetch, apiKey: 'test' });
  const runReport = api.tool(
    async () => {
      await new Promise((resolve) => setTimeout(resolve, 300_000));
      return 'all is well';
    },
    { name: 'run_report' },
  );

  const answer = await api.runAgent(() => createReporter(client, runReport)('Run the report.'));
  expect(answer).toMatch(/^gave up/);
});
// #endregion

// #region endless-cell
const endless = scenario('a cell without an end', (claude) => {
  claude
    .onUser('Run the report.')
    .runs(
      python`
        while True:
            pass
      `,
      { raises: 'detection_timeout' },
    )
    .says('That took too long.');
});

test('a cell is ended after 90 seconds, which take none', async ({ callsheet }) => {
  const api = callsheet.play(endless);
  const client = new Anthropic({ fetch: api.fetch, apiKey: 'test' });

  expect(await createReporter(client, async () => '')('Run the report.')).toBe(
    'That took too long.',
  );
  const ended = api.transcript.events.find((event) => event.type === 'cell.finished');
  expect(ended).toMatchObject({ at: 90_000, result: { return_code: 1 } });
});
// #endregion
