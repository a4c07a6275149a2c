import { createFakeApi, parseScenario, runScenario, scenario, toYaml } from 'callsheet';
import {
  agentInputs,
  agentProperty,
  type Chat,
  chatProperty,
  conversations,
  inDrawnOrder,
  type RunAgent,
  tryAgent,
} from 'callsheet/fast-check';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { agent, anOrder } from './an-order.ts';
import { runs } from './extent.ts';

test('drawn conversations run to their end in real Python, and are plain data', async () => {
  await fc.assert(
    fc.asyncProperty(conversations(), async (drawn) => {
      expect(parseScenario(toYaml(drawn)).data).toEqual(drawn.data);
      await using api = createFakeApi({ script: drawn });
      expect(await runScenario(drawn, { api })).toEqual({ ok: true, failures: [] });
    }),
    { numRuns: runs(20, 200) },
  );
});

test('every kind of statement and step is drawn soon', () => {
  const drawn = fc.sample(conversations(), { numRuns: 100, seed: 1 }).map(toYaml).join('\n');
  const words = new Set(drawn.match(/[a-z_]+:?/gi));
  for (const word of [
    'try:',
    'for',
    'async',
    'answers',
    'history',
    'with',
    'sleep',
    'save_total',
  ]) {
    expect(words).toContain(word);
  }
  for (const step of ['says:', 'runs:', 'calls:', 'pauses:']) expect(words).toContain(step);
});

test('a careful agent survives drawn conversations in which things go wrong', async () => {
  await fc.assert(agentProperty(conversations({ maxTurns: 2 }), await agent('careful')), {
    numRuns: runs(20, 200),
  });
});

test.each([
  ['quitter', 'agent.failed', []],
  ['timeouts-unhandled', 'answer.late', [{ on: 'call', nth: 1, takes: 270_001 }]],
])(
  'what is found in drawn conversations shrinks to one turn, one step, one statement: %s',
  async (name, rule, faults) => {
    const { errorInstance, counterexample } = await fc.check(
      agentProperty(conversations(), await agent(name), {
        faults: { kinds: ['latency'], tools: [], maxFaults: 1 },
      }),
      { numRuns: 200 },
    );
    expect(String(errorInstance)).toContain(rule);
    const [{ data }] = counterexample!;
    expect(data.schedule).toEqual({ faults });
    const [turn, ...others] = data.turns!;
    expect(others).toEqual([]);
    const [step, ...answer] = turn!.claude;
    expect(answer).toEqual([{ says: 'Answer 1…' }]);
    const code = step && 'runs' in step ? String(step.runs).split('\n').slice(6) : [];
    expect(code).toHaveLength(name === 'quitter' ? 0 : 2);
  },
);

test('a user says what the patterns of a scenario match', async () => {
  const asks = scenario('asking', (claude) => {
    claude.onUser(/total of (north|south)/i, { user: 'The total of north?' }).says('7');
    claude.onUser('Thanks').says('You are welcome.');
  });
  const said = new Set<string>();
  await fc.assert(
    fc.asyncProperty(agentInputs(asks), async (inputs) => {
      const { entries } = await tryAgent(asks, await agent('careful'), { inputs });
      expect(entries).toEqual([]);
      for (const input of inputs) said.add(input);
    }),
    { numRuns: runs(10, 50) },
  );
  expect(said.size).toBeGreaterThan(5);
  await fc.assert(agentProperty(asks, await agent('careful'), { inputs: agentInputs }), {
    numRuns: runs(10, 50),
  });
});

/** Two calls at once: the one that was made last is to win. */
const racing = parseScenario(`
scenario: two settings
schedule: { call_order: program }
tools:
  set_limit: { returns: set }
turns:
  - user: Set it.
    claude:
      - runs: |
          import asyncio
          await asyncio.gather(set_limit({"n": 1}), set_limit({"n": 2}))
      - says: Set.
`);

/** As little of an agent as there can be. */
async function converse(
  fetch: typeof globalThis.fetch,
  [content]: readonly string[],
  tools: Record<string, (input: any) => Promise<string>>,
): Promise<void> {
  const code = 'code_execution_20260120';
  const declared = Object.keys(tools).map((name) => ({
    name,
    input_schema: { type: 'object' },
    allowed_callers: [code],
  }));
  const messages: object[] = [{ role: 'user', content }];
  let container: string | undefined;
  for (;;) {
    const response = await fetch('https://api.anthropic.com/v1/messages', {
      method: 'POST',
      body: JSON.stringify({
        model: 'claude-sonnet-4-6',
        max_tokens: 1024,
        tools: [{ type: code, name: 'code_execution' }, ...declared],
        messages,
        container,
      }),
    });
    const message: any = await response.json();
    if (!response.ok) throw new Error(message.error.message);
    container = message.container?.id ?? container;
    messages.push({ role: 'assistant', content: message.content });
    const calls = message.content.filter(({ type }: any) => type === 'tool_use');
    if (calls.length === 0) return;
    const results = await Promise.all(
      calls.map(async ({ id, name, input }: any) => ({
        type: 'tool_result',
        tool_use_id: id,
        content: await tools[name]!(input),
      })),
    );
    messages.push({ role: 'user', content: results });
  }
}

test('races between calls made at once are found by a scheduler', async () => {
  /** An agent whose tool leaves behind what was set last. */
  const setting = (left: { limit?: number }): RunAgent => {
    return async (api, { inputs }) => {
      const set_limit = api.tool(
        async ({ n }: { n: number }) => {
          left.limit = n;
          return 'set';
        },
        { name: 'set_limit' },
      );
      await converse(api.fetch, inputs, { set_limit });
    };
  };
  const left: { limit?: number } = {};
  await tryAgent(racing, setting(left));
  expect(left.limit).toBe(2);

  const { failed, counterexample } = await fc.check(
    fc.asyncProperty(fc.scheduler(), async (scheduler) => {
      await tryAgent(racing, inDrawnOrder(setting(left), scheduler));
      expect(left.limit).toBe(2);
    }),
    { numRuns: 100 },
  );
  expect([failed, fc.stringify(counterexample)]).toEqual([
    true,
    expect.stringContaining('set_limit'),
  ]);
});

/** A chat that keeps its history; what is said is answered by the careful agent's loop. */
test('a chat survives what its users do', async () => {
  const { createChat } = await import(new URL('agents/loop.mjs', import.meta.url).href);
  await fc.assert(chatProperty(anOrder, createChat), { numRuns: runs(20, 200) });

  const forgetful = (...args: Parameters<typeof createChat>): Chat => ({
    ...createChat(...args),
    restart() {
      throw new Error('The history was not stored.');
    },
  });
  const found = await fc.check(chatProperty(anOrder, forgetful, { faults: { maxFaults: 0 } }), {
    numRuns: 100,
  });
  expect(String(found.errorInstance)).toContain('The history was not stored.');
  // Commands that were not run are not printed.
  expect(fc.stringify(found.counterexample?.[1])).toMatch(/^restart( |$)/);
});
