import { python } from '../../scenario/python.ts';
import type { ProbeConversation } from '../conversation.ts';
import { conversation, currency, sales } from './tools.ts';

/** The turn is paused while a cell is in line: it goes on when the response comes back as it is, with its container. */
export const pausedTurn: ProbeConversation = conversation(
  'paused turn',
  [sales('north'), sales('south')],
  (claude) => {
    claude
      .onUser('What did the north and the south sell?')
      .runs(python`print(await fetch_sales({"region": "north", "week": 1}))`)
      .pauses((response) =>
        response.runs(python`print(await fetch_sales({"region": "south", "week": 1}))`),
      )
      .says('12 units.');
  },
);

/** The cell has run before the call of Claude's own, and is needed after it. */
export const callBetweenCells: ProbeConversation = conversation(
  'call between cells',
  [sales('north'), currency('DK')],
  (claude) => {
    claude
      .onUser('What did the north sell, in Danish money?')
      .runs(python`north = await fetch_sales({"region": "north", "week": 1})`)
      .calls('fetch_currency', { country: 'DK' })
      .runs(python`print(north)`)
      .says('7 DKK.');
  },
);

const MANY = 12;

/** More requests than a limit of iterations that counts them would allow. */
export const manyCalls: ProbeConversation = conversation(
  'many calls',
  Array.from({ length: MANY }, () => sales('north')),
  (claude) => {
    claude
      .onUser('What did the north sell, once more and once more?')
      .runs(
        python`
          for _ in range(12):
              await fetch_sales({"region": "north", "week": 1})
        `,
      )
      .says('7 units, every time.');
  },
);

/** The sandbox ends the cell after 90 s, which is a result like any other. */
export const endlessCell: ProbeConversation = conversation(
  'endless cell',
  [sales('north')],
  (claude) => {
    claude
      .onUser('How long does it take?')
      .runs(
        python`
          import time
          time.sleep(120)
        `,
        { return_code: 1 },
      )
      .runs(python`print(await fetch_sales({"region": "north", "week": 1}))`, { prints: '[3,4]' })
      .says('Too long.');
  },
);

/** Code searches the web: what it prints is encrypted, and the API has a container that nobody asked for. */
export const searchFromCode: ProbeConversation = conversation(
  'search from code',
  [sales('north')],
  (claude) => {
    claude
      .onUser('What do they say of the north?')
      .runs(python`print(await web_search({"query": "sales of the north"}))`)
      .pauses((response) =>
        response.runs(python`print(await fetch_sales({"region": "north", "week": 1}))`),
      )
      .says('Nothing but good.');
    claude.onUser('Thank you.').says('You are welcome.');
  },
  { web: [{ url: 'https://north.test/', title: 'The north', content: 'It sells well.' }] },
);
