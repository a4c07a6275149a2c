/** Agents that are right but for one thing, most of which no bug class names: the property finds them all the same. */
import {
  agentProperty,
  AgentPropertyError,
  conversations,
  type RunAgent,
} from 'callsheet/fast-check';
import type { FaultKind } from 'callsheet/fast-check';
import { type Scenario, scenario } from 'callsheet';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { CORRECT, type Habits, type Known, Problem, resultsOf } from '../bug-classes/agent.ts';
import { agentOf } from './agent-of.ts';
import { anOrder } from './an-order.ts';
import { IS_THOROUGH, runs } from './extent.ts';

/** Runs the tools of the last response again, and answers with what they return now. */
async function answerAnew(known: Known): Promise<void> {
  const last = known.responses.at(-1);
  const content = last ? await resultsOf(CORRECT, known, last) : [];
  if (content.length > 0) known.messages.splice(-1, 1, { role: 'user', content });
}

const sleep = (milliseconds: number) =>
  new Promise<void>((resolve) => {
    setTimeout(resolve, milliseconds);
  });

type Mends = Habits['mends'];
/** Mends as it should, and does something more. */
const also =
  (more: (problem: Problem, known: Known) => unknown): Mends =>
  async (problem, known, attempt) => {
    await CORRECT.mends(problem, known, attempt);
    await more(problem, known);
  };
const insistsWhere =
  (isInsisting: (problem: Problem) => boolean): Mends =>
  async (problem, known, attempt) => {
    if (!isInsisting(problem)) return CORRECT.mends(problem, known, attempt);
    await sleep(problem.retryAfter || 1000);
  };

/** An agent that reads every response in a way of its own before it looks at it. */
function reading(habits: Partial<Habits>, read: (response: Response) => Promise<string>): RunAgent {
  return (api, assignment) => {
    const fetch: typeof api.fetch = async (...request) => {
      const response = await api.fetch(...request);
      return response.ok ? new Response(await read(response), response) : response;
    };
    return agentOf(habits)({ ...api, fetch }, assignment);
  };
}

const isJson = (text: string): boolean => {
  try {
    return JSON.parse(text) !== undefined;
  } catch {
    return false;
  }
};

interface Bug {
  readonly agent: RunAgent;
  /** What has to go wrong. */
  readonly kind: FaultKind;
  /** What is said of it. */
  readonly said: string | RegExp;
  /** What it is tried with. Default: an order. */
  readonly conversations?: typeof drawn | Scenario;
}

const drawn = conversations({ maxTurns: 2 });
const withUmlauts = scenario('an order with umlauts', (claude) => {
  claude.onUser('Order it.').says('Größe 7 …').runs('print("ä")').says('Erledigt …');
  claude.onUser('Thank you.').says('Bitte schön.');
});

const BUGS: Readonly<Record<string, () => Bug>> = {
  'does not wait when the API is overloaded': () => ({
    agent: agentOf({
      mends: ({ status, message, retryAfter }, known, attempt) =>
        CORRECT.mends(
          new Problem(status, message, status === 529 ? 0 : retryAfter),
          known,
          attempt,
        ),
    }),
    kind: 'error',
    said: 'invariant.retry_after_honoured',
  }),
  'tries for ever while the API is overloaded': () => ({
    agent: agentOf({ mends: insistsWhere(({ status }) => status === 529) }),
    kind: 'error',
    said: 'invariant.ends_within',
  }),
  'tries for ever while connections break': () => ({
    agent: agentOf({ mends: insistsWhere(({ status }) => status === 0) }),
    kind: 'response',
    said: 'invariant.ends_within',
  }),
  'takes an error for the answer': () => ({
    agent: async (...args) => {
      try {
        return await agentOf({})(...args);
      } catch {
        return undefined;
      }
    },
    kind: 'error',
    said: 'invariant.finishes',
  }),
  'forgets the container when the API fails': () => ({
    agent: agentOf({
      mends: also(({ status }, { responses }) => status >= 500 && responses.splice(0)),
    }),
    kind: 'error',
    said: 'container',
  }),
  'runs the tools again when the API fails': () => ({
    agent: agentOf({ mends: also((_, known) => answerAnew(known)) }),
    kind: 'error',
    said: 'invariant.writes_once',
  }),
  'runs the tools again when a stream breaks off, and not otherwise': () => ({
    agent: agentOf({
      stream: true,
      mends: also((problem, known) => problem.message.includes('broke off') && answerAnew(known)),
    }),
    kind: 'response',
    said: 'invariant.writes_once',
  }),
  'leaves a request behind': () => ({
    agent: agentOf({
      mends: also((_, { task, messages }) => {
        const body = JSON.stringify({ model: task.model, max_tokens: 9, messages });
        setTimeout(
          () => task.fetch('https://api.anthropic.com/v1/messages', { method: 'POST', body }),
          90_000,
        );
      }),
    }),
    kind: 'error',
    said: 'invariant.no_late_requests',
  }),
  'says the message again when a response is lost': () => ({
    agent: agentOf({
      mends: also(({ status }, { messages }) => {
        const last = messages.at(-1)!;
        if (status === 0 && typeof last.content === 'string') messages.push(last);
      }),
    }),
    kind: 'response',
    said: 'script.unexpected',
  }),
  'takes half a text for all of it': () => ({
    agent: agentOf({
      stream: true,
      cut: (partial) => {
        if (partial?.content.every(({ type }) => type === 'text'))
          return { ...partial, stop_reason: 'end_turn' };
        throw new Problem(0, 'The stream broke off.');
      },
    }),
    kind: 'response',
    // In its last turn it has not finished; in another, the next question comes too early.
    said: /invariant\.finishes|script\.unexpected/,
    conversations: drawn,
  }),
  'leaves out events it cannot read': () => ({
    agent: reading({ stream: true }, async (response) => {
      const events = (await response.text()).split('\n\n');
      return events.filter((event) => isJson(/^data: (.*)$/m.exec(event)?.[1] ?? '0')).join('\n\n');
    }),
    kind: 'response',
    said: /history\.block_|invariant\.(whole_responses_only|finishes)/,
  }),
  'decodes every chunk by itself': () => ({
    agent: reading({ stream: true }, async ({ body }) => {
      let text = '';
      for await (const chunk of body!) text += new TextDecoder().decode(chunk);
      return text;
    }),
    kind: 'response',
    said: 'history.block_dropped',
    conversations: withUmlauts,
  }),
  'sends a paused turn back without its response': () => ({
    agent: agentOf({
      goesOn: (message, known) => {
        if (message['stop_reason'] === 'pause_turn') known.messages.pop();
        return CORRECT.goesOn(message, known);
      },
    }),
    kind: 'pause',
    said: 'invariant.ends_within',
  }),
  'takes a paused turn for an error': () => ({
    agent: agentOf({
      goesOn: ({ stop_reason }) => {
        if (stop_reason === 'pause_turn') throw new Error('This stop_reason is unknown.');
        return stop_reason === 'tool_use';
      },
    }),
    kind: 'pause',
    said: 'agent.failed',
  }),
  'goes on with a paused turn twice at most': () => {
    return {
      agent: (...args) => {
        let pauses = 0;
        const goesOn: Habits['goesOn'] = (message, known) =>
          message['stop_reason'] === 'pause_turn' ? ++pauses <= 2 : CORRECT.goesOn(message, known);
        return agentOf({ goesOn })(...args);
      },
      kind: 'pause',
      said: 'turn.abandoned',
    };
  },
  'sends the answers to the pause before once more': () => ({
    agent: (...args) => {
      const all: object[] = [];
      return agentOf({
        answers: (results) =>
          [...all.splice(0), ...results].map((each) => (all.push(each), each)) as never,
      })(...args);
    },
    kind: 'latency',
    said: 'reply.unexpected',
  }),
  'gives a tool a little longer than code waits': () => ({
    agent: agentOf({
      runs: ({ name, input }, { task }) =>
        Promise.race([
          task.run(String(name), Object(input)),
          sleep(275_000).then(() => {
            throw new Error('The tool takes too long.');
          }),
        ]),
    }),
    kind: 'latency',
    said: 'answer.late',
  }),
  'leaves after the first turn': () => ({
    agent: (api, { inputs, ...others }) =>
      agentOf({})(api, { ...others, inputs: inputs.slice(0, 1) }),
    kind: 'latency',
    said: 'was never played',
  }),
};

test.each(Object.entries(BUGS))('one that %s', async (_, bug) => {
  const { agent, kind, said, conversations = anOrder } = bug();
  // What the bug needs goes wrong, so that it is found soon; anything in a thorough look.
  const faults = IS_THOROUGH ? {} : { kinds: [kind] };
  const { errorInstance } = await fc.check(agentProperty(conversations, agent, { faults }), {
    numRuns: runs(100, 500),
    seed: 1,
    endOnFailure: true,
  });
  expect(errorInstance).toBeInstanceOf(AgentPropertyError);
  expect(String(errorInstance)).toMatch(said);
});

test.each([anOrder, drawn])('the agent itself is accused of nothing', async (conversations) => {
  for (const stream of [false, true]) {
    const property = agentProperty(conversations, agentOf({ stream }));
    await fc.assert(property, { numRuns: runs(10, 500), seed: 1 });
  }
});
