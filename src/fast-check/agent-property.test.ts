import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { createCannedSandbox } from '../../test/support/canned-sandbox.ts';
import { fetchRows, MESSAGES_URL, oneCall, tools, user } from '../../test/support/conversation.ts';
import type { FakeApi } from '../api/create-fake-api.ts';
import { scenario } from '../scenario/scenario.ts';
import type { Schedule } from '../schedule/schedule.ts';
import { agentProperty } from './agent-property.ts';
import { type Invariant, writesOnce } from './index.ts';

const SEED = Number(process.env['FC_SEED'] ?? 1);
const WRITE = fetchRows.name;

const orders = scenario('an order', (claude) => {
  claude.onUser('Hi').runs('cell').says('Done.');
});

interface Habits {
  /** Runs the tools again when a request has to be sent again. */
  readonly rerunsTools?: boolean;
  /** Sends a request again whatever its error, for ever. */
  readonly neverGivesUp?: boolean;
}

/** An agent that tries a request again when the API or the connection failed, and throws at a request that is refused. */
function agent({ rerunsTools = false, neverGivesUp = false }: Habits = {}) {
  return async (api: FakeApi) => {
    const run = api.tool(async (_input: unknown) => '7', { name: WRITE });
    const messages: object[] = [user('Hi')];
    let container: string | undefined;
    let calls: any[] = [];

    const answers = async () =>
      Promise.all(
        calls.map(async ({ id, input }) => ({
          type: 'tool_result',
          tool_use_id: id,
          content: await run(input),
        })),
      );
    for (;;) {
      let results = await answers();
      let message: any;
      for (let attempt = 0; !message; attempt++) {
        const history = results.length > 0 ? [...messages, user(results)] : messages;
        const answer = await post(api, { messages: history, container });
        if (answer.message) message = answer.message;
        else if (!neverGivesUp && (answer.isRefused || attempt === 4)) {
          throw new Error('The API refused.');
        } else if (rerunsTools) results = await answers();
      }
      if (results.length > 0) messages.push(user(results));
      messages.push({ role: 'assistant', content: message.content });
      container = message.container?.id ?? container;
      calls = message.content.filter(({ type }: any) => type === 'tool_use');
      if (!['tool_use', 'pause_turn'].includes(message.stop_reason)) return;
    }
  };
}

async function post(api: FakeApi, body: object): Promise<{ message?: any; isRefused?: boolean }> {
  try {
    const response = await api.fetch(MESSAGES_URL, {
      method: 'POST',
      body: JSON.stringify({ model: 'claude-sonnet-4-6', max_tokens: 1024, tools, ...body }),
    });
    const message: unknown = await response.json();
    return response.ok ? { message } : { isRefused: response.status === 400 };
  } catch {
    return {};
  }
}

const property = (habits?: Habits, ...invariants: Invariant[]) =>
  agentProperty(orders, agent(habits), {
    invariants: [writesOnce([WRITE]), ...invariants],
    fake: { sandbox: createCannedSandbox({ cell: oneCall }) },
  });

async function counterexample(habits: Habits): Promise<{ schedule: Schedule; said: string }> {
  const { counterexample, errorInstance } = await fc.check(property(habits), {
    numRuns: 500,
    seed: SEED,
  });
  const [schedule] = counterexample ?? [];
  expect(schedule).toBeDefined();
  return { schedule: schedule!, said: String(errorInstance) };
}

test('an agent that survives, or fails openly, is accused of nothing', async () => {
  await fc.assert(property(), { numRuns: 500, seed: SEED });
});

test('a write repeated after a lost response is found, and two faults at most are left', async () => {
  const { schedule, said } = await counterexample({ rerunsTools: true });
  expect(schedule.faults?.length).toBeLessThanOrEqual(2);
  expect(said).toMatch(/faults:\n {2}- on: request\n {4}nth: [23]\n/);
  expect(said).toContain('Finding invariant.writes_once');
});

test('an endless retry on an expired container is found, and two faults at most are left', async () => {
  const { schedule, said } = await counterexample({ neverGivesUp: true });
  expect(schedule.faults?.length).toBeLessThanOrEqual(2);
  expect(schedule.faults).toContainEqual(expect.objectContaining({ container: 'expired' }));
  expect(said).toContain('The session took more than 50 requests.');
});
