import { createFakeApi } from '../api/create-fake-api.ts';
import { wholeMessageIn } from '../cassette/body.ts';
import type { Exchange } from '../cassette/exchange.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { assertRunnable } from '../scenario/runnable.ts';
import { conversationsOf } from '../scenario/conversations.ts';
import { DEFAULT_EPOCH } from '../transcript/clock.ts';
import { compareExchanges, type Deviation } from './compare-exchanges.ts';
import { type ConversationPartner, holdConversation, type UserSide } from './hold-conversation.ts';
import { recordedSandbox } from './recorded-sandbox.ts';
import { recordedScript } from './recorded-script.ts';
import { withCallers } from './with-callers.ts';

/** What a scenario is played to, and how. */
export interface CanaryOptions extends Omit<ConversationPartner, 'clock'> {
  /** Default: the scenario's. */
  readonly model?: string | undefined;
  /** Whether every response is streamed. Default: false. */
  readonly stream?: boolean | undefined;
  /** How many requests are sent at most. Default: 30. */
  readonly maxRequests?: number | undefined;
}

export interface CanaryReport {
  readonly deviations: readonly Deviation[];
  readonly exchanges: number;
  /** Tokens that the API counted. */
  readonly usage: { readonly input_tokens: number; readonly output_tokens: number };
  /** Why a conversation ended before its time, when the API is to blame: it was not reached, refused the key, was overloaded. */
  readonly brokenOff?: string | undefined;
}

/** How many requests a canary sends at most. */
export const MAX_REQUESTS = 30;

/**
 * Plays the user's side of a scenario to a real API, then to a fake whose Claude does what the real one did, and says where
 * the two differ. What Claude writes and runs is not compared. Rejects with a `ScenarioError` when the scenario does not
 * say what the user says and the tools answer.
 */
export async function runCanary(
  scenario: Scenario,
  { model, stream = false, maxRequests = MAX_REQUESTS, ...api }: CanaryOptions,
): Promise<CanaryReport> {
  assertRunnable(scenario);
  const { data } = scenario;
  const deviations: Deviation[] = [];
  const all: Exchange[] = [];
  let brokenOff: string | undefined;
  for (const conversation of conversationsOf(data)) {
    const side = { data, conversation, model, stream, maxRequests: maxRequests - all.length };
    const exchanges = await holdConversation(side, api);
    all.push(...exchanges);
    brokenOff = failureOf(exchanges.at(-1));
    // What is not the request's fault says nothing about the fake.
    const compared = brokenOff === undefined ? exchanges : exchanges.slice(0, -1);
    deviations.push(...(await compareWithFake(compared, side)));
    if (brokenOff !== undefined) break;
  }
  return { deviations, exchanges: all.length, usage: usageOf(all), brokenOff };
}

/** Plays the same to a fake that does what came from the API. */
async function compareWithFake(
  exchanges: readonly Exchange[],
  side: UserSide,
): Promise<readonly Deviation[]> {
  const messages = withCallers(exchanges.flatMap(({ response }) => wholeMessageIn(response) ?? []));
  await using api = createFakeApi({
    script: recordedScript(messages),
    sandbox: recordedSandbox(messages),
    fidelity: { parallelCallOrder: 'program' },
  });
  const fake = await holdConversation(
    { ...side, maxRequests: exchanges.length },
    {
      fetch: api.fetch,
      baseURL: 'https://api.anthropic.com',
      apiKey: 'test',
      clock: {
        now: () => 0,
        date: () => new Date(DEFAULT_EPOCH + (api.transcript.events.at(-1)?.at ?? 0)).toISOString(),
      },
    },
  );
  const rules = new Map(
    api.transcript.events.flatMap((event) =>
      event.type === 'finding' ? [[event.request, event.rule]] : [],
    ),
  );
  return compareExchanges(exchanges, fake, ({ response }) =>
    rules.get(response?.headers['request-id'] ?? ''),
  );
}

/** Why a conversation broke off, if that is not the conversation's doing. */
function failureOf(exchange: Exchange | undefined): string | undefined {
  const { response, ended } = exchange ?? {};
  if (ended) return `it could not be reached (${ended.error ?? ended.message ?? ended.by})`;
  const status = response?.status ?? 200;
  const isOfTheWorld = status === 401 || status === 403 || status === 429 || status >= 500;
  return isOfTheWorld ? `it answered ${status}` : undefined;
}

function usageOf(exchanges: readonly Exchange[]): CanaryReport['usage'] {
  const total = { input_tokens: 0, output_tokens: 0 };
  for (const { response } of exchanges) {
    const { input_tokens, output_tokens } = wholeMessageIn(response)?.usage ?? {};
    total.input_tokens += Number(input_tokens ?? 0);
    total.output_tokens += Number(output_tokens ?? 0);
  }
  return total;
}
