import { call } from '../scenario/expectations.ts';
import type { CallData } from '../scenario/data/call-data.ts';
import { python } from '../scenario/python.ts';
import type { ClaudeScript } from '../scenario/claude-script.ts';
import { scenario, type ScenarioOptions } from '../scenario/scenario.ts';
import type { ProbeConversation } from './conversation.ts';

const country = { type: 'string', description: 'Code of a country, two letters.' };
const region = { type: 'string', description: 'Name of a sales region.' };
const week = { type: 'integer', description: 'Number of a week, from 1.' };

/** The tools of all standard conversations. */
const tools = {
  fetch_currency: {
    description: 'Says in which currency a country pays. Returns its code.',
    input_schema: { type: 'object', properties: { country }, required: ['country'] },
    answers: [
      { with: { country: 'DE' }, returns: 'EUR' },
      { with: { country: 'DK' }, returns: 'DKK' },
    ],
  },
  fetch_sales: {
    description: 'Fetches the sales of a region. Returns a JSON array of units, one number a day.',
    input_schema: { type: 'object', properties: { region, week }, required: ['region', 'week'] },
    answers: [
      { with: { region: 'north', week: 1 }, returns: [3, 4] },
      { with: { region: 'south', week: 1 }, returns: [5] },
      { with: { region: 'west', week: 1 }, returns: [1, 2] },
      { with: { region: 'south', week: 2 }, returns: [9] },
      { with: { region: 'east', week: 1 }, throws: 'No such region.' },
    ],
  },
} satisfies ScenarioOptions['tools'];

const currency = (country: string) => call('fetch_currency', { country });
const sales = (region: string, week = 1) => call('fetch_sales', { region, week });

function conversation(
  name: string,
  calls: readonly CallData[],
  write: (claude: ClaudeScript) => void,
): ProbeConversation {
  return { scenario: scenario(name, write, { tools, expect: { calls } }) };
}

const oneCall = conversation('one call', [sales('north')], (claude) => {
  claude
    .onUser('What did the north sell?')
    .says('I will look.')
    .runs(python`print(await fetch_sales({"region": "north", "week": 1}))`, { prints: '[3,4]' })
    .says('7 units.');
});

/** From its second call on the cell pauses in responses that hold nothing but that call. */
const oneAfterTheOther = conversation(
  'one after the other',
  [currency('DE'), sales('north'), sales('south')],
  (claude) => {
    claude
      .onUser('What did the north and the south sell?')
      .runs(
        python`
          print(await fetch_currency({"country": "DE"}))
          for region in ("north", "south"):
              print(await fetch_sales({"region": region, "week": 1}))
        `,
        { prints: 'EUR\n[3,4]\n[5]' },
      )
      .says('12 EUR.');
  },
);

const parallel = conversation(
  'parallel calls',
  [sales('north'), sales('south'), sales('west')],
  (claude) => {
    claude
      .onUser('What did each region sell?')
      .runs(
        python`
          import asyncio
          regions = ("north", "south", "west")
          print(*await asyncio.gather(*[fetch_sales({"region": r, "week": 1}) for r in regions]))
        `,
        { prints: '[3,4] [5] [1,2]' },
      )
      .says('15 units in all.');
  },
);

/** How a client words the error is its own affair; that it answers at all is not. */
const failingTool = conversation('failing tool', [sales('east'), sales('west')], (claude) => {
  claude
    .onUser('What did the east sell?')
    .runs(
      python`
        await fetch_sales({"region": "east", "week": 1})
        print(await fetch_sales({"region": "west", "week": 1}))
      `,
      { prints: '[1,2]' },
    )
    .says('There is no such region.');
});

const failingCell = conversation('failing cell', [sales('north')], (claude) => {
  claude
    .onUser('What is the third number of the north?')
    .runs(
      python`
        import json
        units = json.loads(await fetch_sales({"region": "north", "week": 1}))
        print(units[2])
      `,
      { raises: 'IndexError' },
    )
    .runs(python`print(len(units))`, { prints: '2' })
    .says('There are only two.');
});

/** Without the container of the first turn the second one knows no `south`. */
const secondTurn = conversation('second turn', [sales('south'), sales('south', 2)], (claude) => {
  claude
    .onUser('What did the south sell?')
    .runs(
      python`
        south = await fetch_sales({"region": "south", "week": 1})
        print(south)
      `,
      { prints: '[5]' },
    )
    .says('5 units.');
  claude
    .onUser('And in the second week?')
    .runs(python`print(south, await fetch_sales({"region": "south", "week": 2}))`, {
      prints: '[5] [9]',
    })
    .says('9 units.');
});

const directCall = conversation('direct call', [currency('DK'), sales('north')], (claude) => {
  claude
    .onUser('What did the north sell, in Danish money?')
    .calls('fetch_currency', { country: 'DK' })
    .runs(python`print(await fetch_sales({"region": "north", "week": 1}))`, { prints: '[3,4]' })
    .says('7 DKK.');
});

/**
 * A cell that pauses three times, the third time for two calls at once; a cell that fails; a second turn that pauses and
 * uses what the first one kept.
 */
export const WEEKLY_REPORT = conversation(
  'weekly report',
  [currency('DE'), sales('north'), sales('south'), sales('west'), sales('south', 2)],
  (claude) => {
    claude
      .onUser('What did we sell this week?')
      .says('I will fetch the sales of every region.')
      .runs(
        python`
          import asyncio, json
          currency = await fetch_currency({"country": "DE"})
          north = json.loads(await fetch_sales({"region": "north", "week": 1}))
          others = await asyncio.gather(
              *[fetch_sales({"region": region, "week": 1}) for region in ("south", "west")]
          )
          sales = dict(zip(("north", "south", "west"), [north, *map(json.loads, others)]))
          print(sum(sum(units) for units in sales.values()), currency)
        `,
        { prints: '15 EUR' },
      )
      .runs(python`print(sales["east"])`, { raises: 'KeyError' })
      .says('15 EUR in all; there is no region "east".');
    claude
      .onUser('And the south, over both weeks?')
      .runs(
        python`
          second = json.loads(await fetch_sales({"region": "south", "week": 2}))
          print(sum(sales["south"] + second), currency)
        `,
        { prints: '14 EUR' },
      )
      .says('14 EUR.');
  },
);

/** What every client has to get right: one thing a conversation, and then all of it. */
export const STANDARD_CONVERSATIONS: readonly ProbeConversation[] = [
  oneCall,
  oneAfterTheOther,
  parallel,
  failingTool,
  failingCell,
  secondTurn,
  directCall,
  WEEKLY_REPORT,
];
