import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  agreementTable,
  countAgreement,
  describeDisagreements,
  refusalTable,
} from './agreement.ts';
import { fakeOf } from './client.ts';
import { conversation } from './conversations.ts';
import { type Exchange, playConversation } from './correct-agent.ts';
import { OPERATORS } from './operators/index.ts';
import { type Run, runMutation } from './run-mutation.ts';

/** How many requests are mutated. Set, it prints what came of each operator, and asks for 99 % instead of all. */
const ASKED = process.env['MUTATION_RUNS'];
const RUNS = Number(ASKED ?? 400);
const ENOUGH = ASKED === undefined ? 1 : 0.99;
const PER_CONVERSATION = 4;
const SEED = Number(process.env['FC_SEED'] ?? 1);
const MS_PER_RUN = 200;

const isAnswered = ({ answer }: Exchange) => answer.status === 200;

test(
  'requests of a correct agent are all answered, without findings',
  () =>
    fc.assert(
      fc.asyncProperty(conversation, async (generated) => {
        await using api = fakeOf(generated);
        for (const { answer } of await playConversation(api, generated)) {
          const { status, refused, notes, faults } = answer;
          expect({ status, refused, notes, faults }).toEqual({
            status: 200,
            refused: undefined,
            notes: [],
            faults: [],
          });
        }
      }),
      { numRuns: Math.ceil(RUNS / PER_CONVERSATION) },
    ),
  RUNS * MS_PER_RUN,
);

test(
  'mutated requests get the answer that the rules ask for, and a refusal changes nothing',
  async () => {
    const runs: Run[] = [];
    const numRuns = Math.ceil(RUNS / PER_CONVERSATION);
    for (const [n, generated] of fc.sample(conversation, { numRuns, seed: SEED }).entries()) {
      await using api = fakeOf(generated);
      const exchanges = (await playConversation(api, generated)).filter(isAnswered);
      for (let i = 0; i < PER_CONVERSATION && exchanges.length > 0; i++) {
        runs.push(await runMutation(generated, exchanges, `${SEED}-${n}-${i}`));
      }
    }
    const rows = countAgreement(runs);
    const disagreements = describeDisagreements(rows);
    const agreed = runs.filter(({ disagreement }) => disagreement === undefined).length;
    if (ASKED !== undefined) {
      const share = ((100 * agreed) / runs.length).toFixed(2);
      console.log(`${agreementTable(rows)}\n\n${agreed} of ${runs.length} agreed: ${share} %`);
      console.log(refusalTable(runs));
      console.log(disagreements.join('\n'));
    }
    expect.soft([...new Set(runs.flatMap(({ faults }) => faults))]).toEqual([]);
    expect(agreed / runs.length, disagreements.join('\n')).toBeGreaterThanOrEqual(ENOUGH);
  },
  RUNS * MS_PER_RUN,
);

test('operators have names of their own', () => {
  const names = OPERATORS.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
});
