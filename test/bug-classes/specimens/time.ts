import { python, scenario } from 'callsheet';
import { writesOnce } from 'callsheet/fast-check';
import * as faulty from '../../../src/probe/conversations/faulty.ts';
import * as loop from '../../../src/probe/conversations/loop.ts';
import { CORRECT, resultsOf } from '../agent.ts';
import type { Specimen } from '../specimen.ts';

const report = scenario(
  'a report that takes long',
  (claude) => {
    claude.onUser('Run the report.').runs('print(await run_report({}))').says('It takes long.');
  },
  { tools: { run_report: {} } },
);

const stock = scenario(
  'two reservations at once',
  (claude) => {
    claude
      .onUser('Reserve a lamp for Ada and one for Bob.')
      .runs(
        python`
          import asyncio
          left = await asyncio.gather(reserve({"for": "Ada"}), reserve({"for": "Bob"}))
          print(min(int(each) for each in left))
        `,
        { prints: '8' },
      )
      .says('8 are left.');
  },
  { tools: { reserve: {} } },
);

/** A tool that takes five minutes. */
async function slowly(): Promise<string> {
  await new Promise((resolve) => setTimeout(resolve, 300_000));
  return 'all is well';
}

/** A shop that looks up how many there are, and then writes how many are left. */
const shop = () => {
  let left = 10;
  return {
    look: async () => left,
    write: async (count: number) => {
      left = count;
    },
  };
};

export const time = {
  // #region late-answer
  'late-answer': {
    conversation: { scenario: report },
    clock: 'linked',
    tools: { run_report: slowly },
    wrong: { runs: ({ name, input }, { task }) => task.run(String(name), Object(input)) },
    caughtBy: ['answer.late', 'cell.ended'],
  },
  // #endregion
  // #region cell-limit-misread
  'cell-limit-misread': {
    conversation: loop.endlessCell,
    wrong: {
      goesOn: (message, known) => {
        if (JSON.stringify(message.content).includes('detection_timeout')) {
          throw new Error('The sandbox is out of order.');
        }
        return CORRECT.goesOn(message, known);
      },
    },
    caughtBy: ['agent.failed', 'turn.unplayed', 'cell.abandoned'],
  },
  // #endregion
  // #region write-repeated
  'write-repeated': {
    conversation: faulty.lostResponse,
    invariants: [writesOnce(['place_order'])],
    tools: { place_order: async () => 'order 1' },
    wrong: {
      mends: async (problem, known, attempt) => {
        await CORRECT.mends(problem, known, attempt);
        const content = await resultsOf(CORRECT, known, known.responses.at(-1)!);
        known.messages.splice(-1, 1, { role: 'user', content });
      },
    },
    caughtBy: ['invariant.writes_once'],
  },
  // #endregion
  // #region calls-race
  'calls-race': {
    conversation: { scenario: stock },
    wrong: () => {
      const { look, write } = shop();
      return {
        runs: async () => {
          const left = await look();
          await write(left - 1);
          return look();
        },
      };
    },
    right: () => {
      const { look, write } = shop();
      let last: Promise<unknown> = Promise.resolve();
      return {
        runs: () => {
          const reserved = last.then(async () => {
            const left = await look();
            await write(left - 1);
            return look();
          });
          last = reserved;
          return reserved;
        },
      };
    },
    caughtBy: ['cell.printed'],
  },
  // #endregion
} satisfies Record<string, Specimen>;
