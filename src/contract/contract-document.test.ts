import { expect, test } from 'vitest';
import * as z from 'zod';
import { ContractDocument, formatContract, parseContract } from './contract-document.ts';
import type { ToolContract } from './tool-contract.ts';

// `vitest -u` writes the file anew.
test('the published JSON Schema is that of the format', async () => {
  const schema = z.toJSONSchema(ContractDocument, { io: 'input', unrepresentable: 'any' });
  await expect(`${JSON.stringify(schema, null, 2)}\n`).toMatchFileSnapshot(
    '../../schemas/contract.schema.json',
  );
});

test('a contract is read as it was written', () => {
  const tool: ToolContract = {
    name: 'find',
    description: undefined,
    callers: ['code'],
    input: { schema: { type: 'object' }, inferred: false },
    output: { schema: { type: 'string' }, inferred: true },
  };
  const need = {
    tool: 'find',
    path: '/a',
    file: 'a.yaml',
    cell: 'cell',
    line: 3,
    message: 'KeyError',
  };
  const report = {
    kind: 'compatible' as const,
    changes: [],
    skipped: [],
    contracts: [tool],
    needs: [need],
  };
  expect(parseContract(formatContract(report), 'a.json')).toEqual({
    accepted: new Map([['find', tool]]),
    needs: [need],
  });
});

test('what is no contract is refused, with the place', () => {
  expect(() => parseContract('{', 'a.json')).toThrow('a.json: not valid JSON');
  expect(() => parseContract('{"contract":1,"tools":[{"name":1}]}', 'a.json')).toThrow(
    /^a\.json: not a contract: `tools\.0\.name`: /,
  );
});
