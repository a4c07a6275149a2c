import { isDeepStrictEqual } from 'node:util';
import { type Answer, fakeOf, outgoing, send } from './client.ts';
import type { Conversation } from './conversations.ts';
import type { Exchange } from './correct-agent.ts';
import { OPERATORS } from './operators/index.ts';
import { baseOf, type Expectation, type Mutant, type Operator } from './operators/operator.ts';
import { createRandom, type Random } from './random.ts';

/** One mutated request and what came of it. */
export interface Run {
  readonly operator: string;
  /** The rule that refused the request, if one did. */
  readonly refused: string | undefined;
  /** Why the fake and the operator disagree, if they do. */
  readonly disagreement: string | undefined;
  /** What must never happen, whatever the operator says: a 5xx, an exception, a malformed answer. */
  readonly faults: readonly string[];
  /** All there is to know of the run, as JSON. */
  readonly example: () => string;
}

/**
 * Plays a conversation up to a request, sends it mutated, and judges the answer. A refusal must leave the session as it
 * was: the request as it should have been then gets what it got in the conversation without the mutation.
 */
export async function runMutation(
  conversation: Conversation,
  exchanges: readonly Exchange[],
  seed: string,
): Promise<Run> {
  const random = createRandom(seed);
  const { operator, index, mutant } = draw(exchanges, random);
  await using api = fakeOf(conversation);
  for (const { body } of exchanges.slice(0, index)) await send(api, outgoing(body));
  const answer = await send(api, mutant.request);
  const disagreements = [judge(answer, mutant.expect)];
  const { body, answer: usual } = exchanges[index]!;
  if (answer.status !== 200) {
    const after = await send(api, outgoing(body));
    disagreements.push(judgeAfterRefusal(after, usual));
  }
  return {
    operator: operator.name,
    refused: answer.refused,
    disagreement: disagreements.filter((each) => each !== undefined).join(' ') || undefined,
    faults: answer.faults,
    example: () => {
      const { body: sent, headers } = mutant.request;
      const text =
        typeof sent === 'string' ? sent.slice(0, 4_000) : Buffer.from(sent).toString('hex');
      const { expect } = mutant;
      const { turns, cells } = conversation;
      return JSON.stringify({
        seed,
        expect,
        error: answer.error,
        turns,
        cells,
        index,
        headers,
        text,
      });
    },
  };
}

interface Drawn {
  readonly operator: Operator;
  /** Which request of the conversation it changes. */
  readonly index: number;
  readonly mutant: Mutant;
}

/** Draws an operator, and a request in which it has something to change. */
function draw(exchanges: readonly Exchange[], random: Random): Drawn {
  const weights = OPERATORS.map(({ weight = 10 }) => weight);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  for (;;) {
    let ticket = random.below(total);
    const operator = OPERATORS.find((_, i) => (ticket -= weights[i]!) < 0)!;
    for (const index of random.shuffle([...exchanges.keys()])) {
      const mutant = operator.apply(baseOf(exchanges, index), random);
      if (mutant) return { operator, index, mutant };
    }
  }
}

/** Notes on a request that is answered all the same. */
const NOTES = ['history.block_dropped', 'history.block_changed', 'session.conflict'];

function judge(answer: Answer, expect: Expectation): string | undefined {
  const outcomes = Array.isArray(expect) ? expect : [expect];
  const agrees = outcomes.some((outcome) => {
    if (outcome === 'clean') return answer.status === 200 && answer.notes.length === 0;
    if (outcome === 'valid') {
      return answer.status === 200 && answer.notes.every((note) => NOTES.includes(note));
    }
    return answer.status !== 200 && answer.refused === outcome;
  });
  if (agrees) return undefined;
  const { status, refused = 'no refusal', notes } = answer;
  const noted = notes.length > 0 ? ` with notes ${notes.join(', ')}` : '';
  return `expected ${outcomes.join(' or ')}, got ${status}, ${refused}${noted}.`;
}

function judgeAfterRefusal(after: Answer, usual: Answer): string | undefined {
  if (after.status !== 200) {
    return `After the refusal the request as it should be got ${after.status}, ${after.refused}.`;
  }
  if (after.notes.length > 0)
    return `After the refusal there were notes: ${after.notes.join(', ')}.`;
  return isDeepStrictEqual(after.message?.content, usual.message?.content)
    ? undefined
    : 'After the refusal the request as it should be got another content.';
}
