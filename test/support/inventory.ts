import { call, python, scenario, type Scenario } from 'callsheet';
import type { Agent } from './sdk-agent.ts';

/** A conversation with everything: two pauses in a row, a parallel pause, a failing cell, a turn that uses kept state. */
export const inventory: Scenario = scenario('inventory', (claude) => {
  claude
    .onUser('How many do we have?')
    .says('Counting.')
    .runs(python`
      import asyncio, json
      skus = json.loads(await list_skus({}))
      first = json.loads(await count_stock({"sku": skus[0]}))
      rest = await asyncio.gather(*(count_stock({"sku": sku}) for sku in skus[1:]))
      counts = [first, *map(json.loads, rest)]
      print(sum(counts))
    `)
    .runs(python`print(counts[99])`, { raises: 'IndexError' })
    .says((turn) => `There are ${turn.cells[0]?.result?.stdout.trim()}.`);
  claude
    .onUser(/most/i)
    .runs(python`print(skus[counts.index(max(counts))])`)
    .says('That one.');
});

export const inventoryCalls = [
  call('list_skus', {}),
  ...['A', 'B', 'C', 'D'].map((sku) => call('count_stock', { sku })),
];

const COUNTS: Record<string, number> = { A: 3, B: 14, C: 15, D: 9 };
const allowed_callers = ['code_execution_20260120' as const];

export const inventoryAgent: Agent = {
  tools: [
    { type: 'code_execution_20260120', name: 'code_execution' },
    { name: 'list_skus', input_schema: { type: 'object' }, allowed_callers },
    {
      name: 'count_stock',
      input_schema: { type: 'object', properties: { sku: { type: 'string' } } },
      allowed_callers,
    },
  ],
  answer: async (name, input) =>
    name === 'list_skus'
      ? JSON.stringify(Object.keys(COUNTS))
      : String(COUNTS[(input as { sku: string }).sku]),
};

export const inventoryQuestions = ['How many do we have?', 'Which do we have most of?'];
