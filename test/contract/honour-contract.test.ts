import { readTools } from 'callsheet/contract';
import { expect, test } from 'callsheet/vitest';
import { fetchSales, recordSales } from './sales-session.ts';

test('toHonourContract holds calls against contracts', async () => {
  const { events } = await recordSales();
  await expect(events).toHonourContract();
  const promised = { ...fetchSales, output_schema: { type: 'object', required: ['total'] } };
  await expect(events).not.toHonourContract(readTools([promised]));
  await expect(expect(events).toHonourContract(readTools([promised]))).rejects.toThrow(
    /^fetch_sales, called by cell \w+, line 2: result: must have required property 'total'$/,
  );
});
