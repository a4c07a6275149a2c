import { test } from '@fast-check/vitest';
import { agentProperty, schedules, tryAgent } from 'callsheet/fast-check';
import * as fc from 'fast-check';
import { expect } from 'vitest';
import { agent, anOrder } from './an-order.ts';

const tools = ['fetch_stock', 'place_order'];

test.prop([schedules({ tools, kinds: ['cell', 'latency'] })], { numRuns: 20 })(
  'a careful agent survives slow tools and cells that end badly',
  async (schedule) => {
    const { entries } = await tryAgent(anOrder, await agent('careful'), { schedule });
    expect(entries).toEqual([]);
  },
);

test('a property is one of fast-check', async () => {
  await fc.assert(agentProperty(anOrder, await agent('careful')), { numRuns: 20 });
});
