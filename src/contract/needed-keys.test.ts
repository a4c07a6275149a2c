import { expect, test } from 'vitest';
import type { RecordedCell } from './extract.ts';
import { neededKeys, type CellBefore } from './needed-keys.ts';
import { createRecordedAnswers } from './recorded-answers.ts';
import type { CellRun, RerunContainer } from './rerun.ts';

/** A cell that asks a tool for an object and prints the key that its code names. */
const cell = (code: string): RecordedCell => ({
  id: 'cell',
  session: 's',
  container: 'c',
  code,
  calls: [],
});

async function before(reads: RecordedCell, object: object): Promise<CellBefore[]> {
  const answers = recorded(reads, object);
  const container = (): RerunContainer => ({
    async run(cell, answer): Promise<CellRun> {
      const call = { tool: 'find', input: {}, cell, line: 1 };
      const result = await answer(call);
      const stdout = String(JSON.parse(result)[cell.code]);
      return { cell, calls: [{ ...call, result }], stdout, stderr: '', return_code: 0 };
    },
    fork: () => Promise.resolve(container()),
    dispose: () => Promise.resolve(),
  });
  return [{ image: container(), run: await container().run(reads, answers.start()) }];
}

function recorded(reads: RecordedCell, object: object) {
  const contract = {
    name: 'find',
    input: { schema: true, inferred: true },
    callers: ['code' as const],
  };
  const call = { tool: 'find', input: {}, result: JSON.stringify(object), cell: reads };
  return createRecordedAnswers([{ contract, calls: [call] }]);
}

test('of more keys than can be tried those come first that the code names, and the others are counted', async () => {
  const reads = cell('key449');
  const object = Object.fromEntries(Array.from({ length: 450 }, (_, i) => [`key${i}`, i]));
  const { needed, untried } = await neededKeys(
    await before(reads, object),
    recorded(reads, object),
  );
  expect(needed).toEqual([
    {
      tool: 'find',
      path: '/key449',
      cell: 'cell',
      line: 1,
      message: 'printed "449", now "undefined"',
    },
  ]);
  expect(untried).toBe(50);
});

test('where containers cannot be forked it is not known what cells need', async () => {
  const reads = cell('a');
  const [{ run }] = (await before(reads, { a: 1 })) as [CellBefore];
  expect(await neededKeys([{ run }], recorded(reads, { a: 1 }))).toEqual({
    needed: [],
    untried: 1,
  });
});
