import type { TranscriptEvent } from '../transcript/events.ts';
import { checkCells } from './checks/cells.ts';
import type { Failure } from './checks/failure.ts';
import { checkRules } from './checks/rules.ts';
import { checkScenario } from './checks/scenario.ts';
import { AnswerMissingError } from './client/answers.ts';
import { runConversation } from './client/conversation.ts';
import { createToolRunner } from './client/run-tools.ts';
import { sendByFetch } from './client/send.ts';
import { sendBySdk } from './client/send-by-sdk.ts';
import { toolDefinitions } from './client/tool-definitions.ts';
import { conversationsOf } from './conversations.ts';
import { DEFAULT_MODEL } from './data/scenario-data.ts';
import { assertRunnable } from './runnable.ts';
import type { Scenario } from './scenario.ts';

/** What to play a scenario against, and how. */
export interface RunScenarioOptions {
  /** The fake that plays this scenario. */
  readonly api: {
    readonly fetch: typeof globalThis.fetch;
    readonly transcript: Iterable<TranscriptEvent>;
  };
  /** What sends the requests: nothing but `fetch`, or `@anthropic-ai/sdk`. Default: `fetch`. */
  readonly client?: 'fetch' | 'sdk' | undefined;
  /** Whether the SDK streams. Default: false. */
  readonly stream?: boolean | undefined;
}

/** How a run ended. */
export interface ScenarioResult {
  readonly ok: boolean;
  readonly failures: readonly Failure[];
}

/**
 * Plays a scenario with the reference client as its agent, then checks everything the scenario says. Rejects with a
 * `ScenarioError` when the scenario does not say enough for that, and with a `SdkMissingError`.
 */
export async function runScenario(
  scenario: Scenario,
  { api, client = 'fetch', stream }: RunScenarioOptions,
): Promise<ScenarioResult> {
  assertRunnable(scenario);
  const { data } = scenario;
  const send = client === 'sdk' ? await sendBySdk(api.fetch, { stream }) : sendByFetch(api.fetch);
  const answer = createToolRunner(data.tools ?? {});
  let broken: unknown;
  try {
    for (const { turns, system } of conversationsOf(data)) {
      await runConversation({
        send,
        system,
        model: data.model ?? DEFAULT_MODEL,
        tools: toolDefinitions(data),
        messages: turns.flatMap(({ user }) => user ?? []),
        answer,
      });
    }
  } catch (error) {
    broken = error;
  }
  const failures =
    broken === undefined
      ? checkScenario(scenario, api.transcript)
      : brokenOff(broken, scenario, api.transcript);
  return { ok: failures.length === 0, failures };
}

/** Why a conversation broke off. What never came to happen is a consequence and says nothing new. */
function brokenOff(
  error: unknown,
  scenario: Scenario,
  transcript: Iterable<TranscriptEvent>,
): Failure[] {
  const events = [...transcript];
  const failures = [...checkCells(scenario, events), ...checkRules(events)];
  if (error instanceof AnswerMissingError) {
    const { code, message, tool } = error;
    return [...failures, { code, message, tool }];
  }
  // A refused request breaks the conversation off and is in the transcript already, in better words.
  if (failures.length > 0) return failures;
  const reason = error instanceof Error ? error.message : String(error);
  return [{ code: 'conversation.broken', message: `The conversation broke off: ${reason}` }];
}
