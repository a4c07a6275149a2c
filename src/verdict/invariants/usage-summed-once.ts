import type { Message } from '../../protocol/message.ts';
import { exchangesOf, isDamaged } from './exchanges.ts';
import { type Breach, invariant, type Invariant } from './invariant.ts';

const KEYS = ['input_tokens', 'output_tokens'] as const;

/**
 * What an agent (`api.runAgent`) returns as its `usage` is the sum over the messages it got: each counts once, however
 * often it was sent. An agent that returns none is not judged.
 */
export const usageSummedOnce: Invariant = invariant('usage_summed_once', (events) => {
  const usage = events.findLast((event) => event.type === 'agent.finished')?.usage;
  if (!usage) return [];
  const messages = new Map<string, Message>();
  for (const exchange of exchangesOf(events)) {
    const { message } = exchange;
    if (message && !isDamaged(exchange)) messages.set(message.id, message);
  }
  return KEYS.flatMap((key): Breach[] => {
    const reported = usage[key];
    const actual = [...messages.values()].reduce((sum, message) => sum + message.usage[key], 0);
    if (reported === undefined || reported === actual) return [];
    return [
      {
        session: '',
        message: `The agent says it used ${reported} ${key}, but its responses add up to ${actual}.`,
        fix: 'Add up the `usage` of every message once: of all segments of a turn, and of a response that came twice only once.',
      },
    ];
  });
});
