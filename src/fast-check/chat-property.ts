import * as fc from 'fast-check';
import type { FakeApi } from '../api/create-fake-api.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { type TrialAssignment, tryAgent, type TrialOptions } from '../trial/trial.ts';
import { describeTrial } from './describe-trial.ts';
import { drawnScenarios, type DrawnScenarioOptions } from './scenarios.ts';

/** An agent that holds a conversation message by message, as a user sees it. */
export interface Chat {
  /** The user says something. Resolves when the agent has answered. */
  say(text: string): Promise<unknown>;
  /** The agent is started anew from what it has stored. Default: it is not. */
  restart?(): unknown;
}

export type CreateChat = (api: FakeApi, assignment: TrialAssignment) => Chat;

/** What is known of a chat: how many of the messages were said. */
interface ChatModel {
  said: number;
}

interface ChatUnderTest {
  readonly chat: Chat;
  readonly inputs: readonly string[];
}

type ChatCommand = fc.AsyncCommand<ChatModel, ChatUnderTest>;

/** The user says the next message of the scenario. */
const say = (): ChatCommand => ({
  check: () => true,
  async run(model, { chat, inputs }) {
    const text = inputs[model.said++];
    if (text !== undefined) await chat.say(text);
  },
  toString: () => 'say',
});

/** Time passes, before the user goes on. */
const wait = (milliseconds: number): ChatCommand => ({
  check: () => true,
  async run() {
    await new Promise<void>((resolve) => {
      setTimeout(resolve, milliseconds);
    });
  },
  toString: () => `wait(${milliseconds})`,
});

const restart = (): ChatCommand => ({
  check: () => true,
  async run(_, { chat }) {
    await chat.restart?.();
  },
  toString: () => 'restart',
});

const MINUTE = 60_000;
const DAY = 1440 * MINUTE;

/** Draws what a user does to a chat: says the next message, lets time pass (up to a day), has the agent restarted. */
export function chatCommands(): fc.Arbitrary<Iterable<ChatCommand>> {
  const waits = fc.oneof(fc.integer({ min: 1, max: MINUTE }), fc.integer({ min: 1, max: DAY }));
  return fc.commands([fc.constant(say()), waits.map(wait), fc.constant(restart())]);
}

/**
 * The property that a chat survives what its users do and what goes wrong: like `agentProperty`, but driven by commands, as
 * fast-check's model-based tests are. A `say` that rejects ends the chat, as an agent that throws does.
 */
export function chatProperty(
  scenario: Scenario,
  createChat: CreateChat,
  {
    faults,
    ...options
  }: Omit<TrialOptions, 'schedule' | 'inputs'> & Pick<DrawnScenarioOptions, 'faults'> = {},
): fc.IAsyncProperty<[Scenario, Iterable<ChatCommand>]> {
  const drawn = drawnScenarios(scenario, { faults });
  return fc.asyncProperty(drawn, chatCommands(), async (scenario, commands) => {
    const runChat = async (api: FakeApi, assignment: TrialAssignment) => {
      const real = { chat: createChat(api, assignment), inputs: assignment.inputs };
      await fc.asyncModelRun(() => ({ model: { said: 0 }, real }), commands);
    };
    // A user may leave before all is said.
    const trial = await tryAgent(scenario, runChat, { expectations: false, ...options });
    const said = describeTrial(trial);
    if (said !== '') throw new Error(said);
  });
}
