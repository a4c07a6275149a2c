import type { Fault } from '../../schedule/schedule.ts';
import { python } from '../../scenario/python.ts';
import type { ProbeConversation } from '../conversation.ts';
import { conversation, currency, sales } from './tools.ts';

const faults = (...some: Fault[]) => ({ schedule: { faults: some } });

/** Between two turns the container goes: the second turn needs nothing of it. */
export const containerExpired: ProbeConversation = conversation(
  'container expired',
  [sales('north'), sales('south')],
  (claude) => {
    claude
      .onUser('What did the north sell?')
      .runs(python`print(await fetch_sales({"region": "north", "week": 1}))`)
      .says('7 units.');
    claude
      .onUser('And the south?')
      .runs(python`print(await fetch_sales({"region": "south", "week": 1}))`)
      .says('5 units.');
  },
  faults({ on: 'request', nth: 3, container: 'expired' }),
);

/** Between two turns another container takes its place, which the third turn has to stay in. */
export const containerReplaced: ProbeConversation = conversation(
  'container replaced',
  [],
  (claude) => {
    claude
      .onUser('One?')
      .runs(python`print(1)`)
      .says('1.');
    claude
      .onUser('Two?')
      .runs(python`two = 2`)
      .says('2.');
    claude
      .onUser('And both?')
      .runs(python`print(1 + two)`)
      .says('3.');
  },
  faults({ on: 'request', nth: 2, container: 'replaced' }),
);

/** The cell does not run, and the result says so: whether to try again is for Claude to decide. */
export const failedService: ProbeConversation = conversation(
  'failed service',
  [currency('DE')],
  (claude) => {
    claude
      .onUser('What is 6 times 7?')
      .calls('fetch_currency', { country: 'DE' })
      .runs(python`print(6 * 7)`)
      .says('I cannot tell.');
  },
  faults({ on: 'cell', ends: 'unavailable' }),
);

/** The answer breaks off in the middle. What came of it is not the answer. */
export const cutStream: ProbeConversation = conversation(
  'cut stream',
  [],
  (claude) => {
    claude
      .onUser('What did the north sell?')
      .says('The north sold seven units in all, three on the first day and four on the second.');
    claude.onUser('Thank you.').says('You are welcome.');
  },
  faults({ on: 'request', nth: 1, response: 'cut' }),
);

const item = { type: 'string', description: 'Name of an item.' };

/** The answer of the API to the results gets lost: they are to be sent again, and not to be made again. */
export const lostResponse: ProbeConversation = conversation(
  'lost response',
  [{ call: 'place_order', input: { item: 'lamp' } }],
  (claude) => {
    claude
      .onUser('Order a lamp.')
      .runs(python`print(await place_order({"item": "lamp"}))`)
      .says('It is ordered.');
  },
  {
    tools: {
      place_order: {
        description: 'Places an order. Returns its number.',
        input_schema: { type: 'object', properties: { item }, required: ['item'] },
        answers: [{ with: { item: 'lamp' }, times: 1, returns: 'order 1' }],
      },
    },
    ...faults({ on: 'request', nth: 2, response: 'lost' }),
  },
);

/** A thread is kept for five minutes; a call of Claude's own takes longer. */
export const threadExpired: ProbeConversation = conversation(
  'thread expired',
  [currency('DE')],
  (claude) => {
    claude
      .onUser('Which currency has Germany?')
      .calls('fetch_currency', { country: 'DE' })
      .says('EUR.');
  },
  faults({ on: 'call', takes: 400_000 }),
);
