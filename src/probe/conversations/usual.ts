import { python } from '../../scenario/python.ts';
import type { ProbeConversation } from '../conversation.ts';
import { conversation, currency, sales } from './tools.ts';

export const oneCall: ProbeConversation = conversation('one call', [sales('north')], (claude) => {
  claude
    .onUser('What did the north sell?')
    .says('I will look.')
    .runs(python`print(await fetch_sales({"region": "north", "week": 1}))`, { prints: '[3,4]' })
    .says('7 units.');
});

/** From its second call on the cell pauses in responses that hold nothing but that call. */
export const oneAfterTheOther: ProbeConversation = conversation(
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

export const parallel: ProbeConversation = conversation(
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
export const failingTool: ProbeConversation = conversation(
  'failing tool',
  [sales('east'), sales('west')],
  (claude) => {
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
  },
);

export const failingCell: ProbeConversation = conversation(
  'failing cell',
  [sales('north')],
  (claude) => {
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
  },
);

/** Without the container of the first turn the second one knows no `south`. */
export const secondTurn: ProbeConversation = conversation(
  'second turn',
  [sales('south'), sales('south', 2)],
  (claude) => {
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
  },
);

export const directCall: ProbeConversation = conversation(
  'direct call',
  [currency('DK'), sales('north')],
  (claude) => {
    claude
      .onUser('What did the north sell, in Danish money?')
      .calls('fetch_currency', { country: 'DK' })
      .runs(python`print(await fetch_sales({"region": "north", "week": 1}))`, { prints: '[3,4]' })
      .says('7 DKK.');
  },
);

/**
 * A cell that pauses three times, the third time for two calls at once; a cell that fails; a second turn that pauses and
 * uses what the first one kept.
 */
export const weeklyReport: ProbeConversation = conversation(
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
