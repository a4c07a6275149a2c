import type { JsonObject } from '../../src/protocol/json-object.ts';
import { createFakeApi, type TranscriptEvent, verdict } from 'callsheet';
import {
  answeredOnce,
  endsWithin,
  finishes,
  noLateRequests,
  usageSummedOnce,
  wholeResponsesOnly,
} from 'callsheet/fast-check';
import { vi } from 'vitest';
import { checkClient } from '../../src/probe/check-client.ts';
import { checkExpectations } from '../../src/scenario/checks/scenario.ts';
import { createAnswers, type ToolAnswer } from '../../src/scenario/client/answers.ts';
import { toolDefinitions } from '../../src/scenario/client/tool-definitions.ts';
import { conversationsOf } from '../../src/scenario/conversations.ts';
import { limitRequests } from '../../src/trial/limit-requests.ts';
import { converse, CORRECT, type Habits } from './agent.ts';
import type { Specimen, Swap } from './specimen.ts';

/** Something that is wrong with a run, and the rule, invariant or check that says so. */
export interface Accusation {
  readonly by: string;
  /** The class it is taken for, where it says one. */
  readonly class?: string | undefined;
  /** What is to be done about it. */
  readonly fix?: string | undefined;
  readonly message: string;
}

const MAX_REQUESTS = 30;

/** Lets an agent hold the conversation of a specimen, and says all that is wrong with it, but for what is switched off. */
export async function observe(
  { conversation: { scenario, fake }, invariants = [], clock, both, tools = {} }: Specimen,
  swap: Swap = {},
  switchedOff: readonly string[] = [],
): Promise<Accusation[]> {
  const { data } = scenario;
  if (clock === 'linked') vi.useFakeTimers();
  await using api = createFakeApi({ ...fake, script: scenario, clock, ignoredRules: switchedOff });
  const answer = createAnswers(data.tools ?? {});
  const run = new Map(
    Object.keys(data.tools ?? {}).map((name) => {
      const tool = tools[name] ?? (async (input: JsonObject) => resultOf(answer({ name, input })));
      return [name, api.tool(tool, { name })];
    }),
  );
  const habits: Habits = { ...CORRECT, ...both, ...(typeof swap === 'function' ? swap() : swap) };
  let stop: (() => void) | undefined;
  const stopped = new Promise<void>((resolve) => {
    stop = resolve;
  });
  const fetch = limitRequests(api.fetch, MAX_REQUESTS, () => stop?.());
  try {
    const agent = () =>
      converse(habits, {
        fetch,
        model: 'claude-sonnet-4-6',
        tools: toolDefinitions(data),
        prompts: conversationsOf(data).flatMap(({ turns }) =>
          turns.flatMap(({ user }) => user ?? []),
        ),
        run: async (name, input) => run.get(name)?.(input),
        approve: api.tool(async (_name: string) => true, { name: 'approve' }),
      });
    await api.runAgent(() => Promise.race([agent(), stopped]));
  } catch {
    // The transcript has it as `agent.failed`.
  } finally {
    vi.useRealTimers();
  }
  const events: readonly TranscriptEvent[] = api.transcript.events;
  const always = [
    answeredOnce,
    endsWithin({ requests: MAX_REQUESTS }),
    finishes,
    noLateRequests,
    wholeResponsesOnly,
    usageSummedOnce,
  ];
  const entries = [
    ...verdict([...events, ...checkClient(data, events)]),
    ...[...always, ...invariants].flatMap((holds) => holds(events)),
  ];
  return [
    ...entries.map((entry) => ({ by: entry.rule, ...entry })),
    ...events.flatMap((event) =>
      event.type === 'agent.failed' ? [{ by: event.type, message: event.error }] : [],
    ),
    ...checkExpectations(scenario, events).map(({ code, message }) => ({ by: code, message })),
  ].filter(({ by }) => !switchedOff.includes(by));
}

/** What a tool returns in the code of an agent: data, not text. */
export function resultOf({ content, is_error }: ToolAnswer): unknown {
  if (is_error) throw new Error(content);
  try {
    return JSON.parse(content);
  } catch {
    return content;
  }
}
