/** Every bug class: an agent with just that bug is caught, its correct twin is not, and no catch is an accident. */
import { expect, test } from 'vitest';
import { type Accusation, observe } from './observe.ts';
import type { Outcome } from './reporter.ts';
import type { Specimen } from './specimen.ts';
import { SPECIMENS } from './specimens/index.ts';

test.for(Object.entries(SPECIMENS))('%s', async ([id, specimen], { task }) => {
  const outcome = await outcomeOf(id, specimen);
  Object.assign(task.meta, { bugClass: outcome });
  expect(outcome).toEqual({
    id,
    caught: specimen.caughtBy,
    accusedTwin: [],
    withoutThem: [],
  });
});

async function outcomeOf(id: string, specimen: Specimen): Promise<Outcome> {
  const { wrong, right, caughtBy } = specimen;
  const caught: string[] = [];
  for (const by of caughtBy) {
    // It has to catch the bug alone, with whatever else would catch it switched off.
    const others = caughtBy.filter((each) => each !== by);
    if (names(await observe(specimen, wrong, others)).includes(by)) caught.push(by);
  }
  return {
    id,
    caught,
    accusedTwin: names(await observe(specimen, right)),
    withoutThem: names(await observe(specimen, wrong, caughtBy)),
  };
}

function names(accusations: readonly Accusation[]): string[] {
  return [...new Set(accusations.map(({ by }) => by))];
}
