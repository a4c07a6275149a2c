import { expect, test } from 'vitest';
import { recordSales, countStock, fetchSales } from '../../test/contract/sales-session.ts';
import { assertHonoursContract, checkContract, ContractBreachError } from './check-contract.ts';
import { readTools } from './tool-contract.ts';

const { events } = await recordSales();

test('calls honour what their requests declare, and their own tools', () => {
  expect(checkContract(events)).toEqual([]);
  expect(() => assertHonoursContract(events, readTools([fetchSales, countStock]))).not.toThrow();
});

test('an argument that a contract refuses: the line of the call', () => {
  const narrowed = {
    ...fetchSales,
    input_schema: { type: 'object', properties: { period: { enum: ['day'] } } },
  };
  const [breach, ...others] = checkContract(events, readTools([narrowed]));
  expect(others).toEqual([]);
  expect(breach).toMatchObject({
    tool: 'fetch_sales',
    part: 'arguments',
    path: '/period',
    line: 2,
    message: expect.stringMatching(
      /^fetch_sales, called by cell \w+, line 2: arguments \/period: /,
    ),
  });
});

test('a result is judged as what its JSON says', () => {
  const promised = { ...fetchSales, output_schema: { type: 'object', required: ['total'] } };
  expect(checkContract(events, readTools([promised]))).toMatchObject([
    { tool: 'fetch_sales', part: 'result', path: '' },
  ]);
  expect(() => assertHonoursContract(events, readTools([promised]))).toThrow(ContractBreachError);
});

test('a schema that ajv refuses is reported once, not passed over', () => {
  const broken = { ...countStock, input_schema: { type: 'nonsense' } };
  expect(checkContract(events, readTools([broken]))).toMatchObject([
    { tool: 'count_stock', part: 'schema' },
  ]);
});
