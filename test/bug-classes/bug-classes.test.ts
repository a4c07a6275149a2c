/** Every bug class: an agent with just that bug is caught, its correct twin is not, and no catch is an accident. */
import { expect, test } from 'vitest';
import { REQUIREMENTS } from '../../src/protocol/requirements.ts';
import { bugClassesDocument } from './document.ts';
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
    takenFor: specimen.caughtBy.some(saysClass) ? id : undefined,
    accusedTwin: [],
    withoutThem: [],
  });
});

/** It is written anew with `-u`, and fails where it is stale. */
test('docs/bug-classes.md is as the specimens say', async () => {
  const fixes = new Map<string, string | undefined>();
  for (const [id, specimen] of Object.entries(SPECIMENS)) {
    const accusations = await observe(specimen, specimen.wrong);
    fixes.set(id, accusations.find((each) => each.class === id)?.fix);
  }
  await expect(bugClassesDocument(fixes)).toMatchFileSnapshot('../../docs/bug-classes.md');
});

async function outcomeOf(id: string, specimen: Specimen): Promise<Outcome> {
  const { wrong, right, caughtBy } = specimen;
  const caught: string[] = [];
  for (const by of caughtBy) {
    // It has to catch the bug alone, with whatever else would catch it switched off.
    const others = caughtBy.filter((each) => each !== by);
    if (names(await observe(specimen, wrong, others)).includes(by)) caught.push(by);
  }
  const all = await observe(specimen, wrong);
  return {
    id,
    caught,
    takenFor: all.find((each) => each.class !== undefined)?.class,
    accusedTwin: names(await observe(specimen, right)),
    withoutThem: names(await observe(specimen, wrong, caughtBy)),
  };
}

/** Rules and invariants say which class of bugs breaks them; checks of a scenario, and errors, do not. */
function saysClass(by: string): boolean {
  return by in REQUIREMENTS || by.startsWith('invariant.');
}

function names(accusations: readonly Accusation[]): string[] {
  return [...new Set(accusations.map(({ by }) => by))];
}
