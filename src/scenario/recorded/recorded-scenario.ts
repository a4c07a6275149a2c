import * as z from 'zod';
import { bySession } from '../../transcript/by-session.ts';
import type { TranscriptEvent } from '../../transcript/events.ts';
import { recordedCalls } from '../calls/recorded-calls.ts';
import type { Expectation } from '../data/expectation-data.ts';
import { type ScenarioData, ScenarioFile, type TurnData } from '../data/scenario-data.ts';
import type { WebPageData } from '../data/web-page-data.ts';
import { type Scenario, scenarioOf } from '../scenario.ts';
import { isFinished, remarkLeftOut } from './left-out.ts';
import { recordedTools } from './recorded-tools.ts';
import { recordedTurns } from './recorded-turns.ts';

/** A recording as a scenario. */
export interface RecordedScenario {
  readonly scenario: Scenario;
  /** What of the recording is not in the scenario, in words. */
  readonly remarks: readonly string[];
}

export interface RecordedScenarioOptions {
  /** What a fake made of the scenario that says all of the recording. What ended otherwise there is not said. Default: nothing. */
  readonly here?: readonly TranscriptEvent[] | undefined;
}

/**
 * The scenario in which Claude does again what it did when a session was recorded, and tools answer what they answered.
 * Several sessions are several conversations. Throws an `AnswersUnknownError`, and a `RangeError` when there is no turn.
 */
export function recordedScenario(
  name: string,
  transcript: Iterable<TranscriptEvent>,
  { here }: RecordedScenarioOptions = {},
): RecordedScenario {
  const remarks = new Set<string>();
  const remark = (what: string): void => void remarks.add(what);
  const sessions = heldOnce(heldSessions(transcript), remark);
  if (sessions.length === 0) throw new RangeError('nothing that Claude did is recorded in it');
  const sessionsHere = here && heldSessions(here);
  const conversations = sessions.map((events, i) => {
    const where = sessions.length > 1 ? `conversation ${i + 1}: ` : '';
    return recordedTurns(events, sessionsHere?.[i], (what) => remark(where + what));
  });
  const events = sessions.flat();
  for (const each of sessions) remarkLeftOut(each, remark);
  const tools = recordedTools(events, remark);
  const hasTools = Object.keys(tools).length > 0;
  const data = {
    scenario: name,
    ...modelOf(events),
    ...(hasTools && { tools }),
    ...webOf(events),
    ...conversationsOf(conversations),
    ...(hasTools && { expect: { calls: sessions.flatMap(expectedCalls) } }),
  };
  return { scenario: scenarioOf(ScenarioFile.parse(data)), remarks: [...remarks] };
}

/** The events of each session in which Claude did something. */
function heldSessions(events: Iterable<TranscriptEvent>): TranscriptEvent[][] {
  return [...bySession(events).values()].filter((each) => recordedTurns(each).length > 0);
}

/** The sessions that can be told apart by what the user says first. */
function heldOnce(
  sessions: readonly TranscriptEvent[][],
  remark: (what: string) => void,
): TranscriptEvent[][] {
  const firsts = new Set<string>();
  return sessions.filter((events) => {
    const { user } = recordedTurns(events)[0]!;
    if (firsts.has(user)) remark(`another conversation that begins with ${JSON.stringify(user)}`);
    const isNew = !firsts.has(user);
    firsts.add(user);
    return isNew;
  });
}

function conversationsOf(
  all: readonly (readonly TurnData[])[],
): Pick<ScenarioData, 'turns' | 'conversations'> {
  const [turns = []] = all;
  if (all.length === 1) return { turns };
  return {
    conversations: all.map((turns, i) => ({ conversation: `conversation ${i + 1}`, turns })),
  };
}

/** The pages that code found and fetched. */
function webOf(events: readonly TranscriptEvent[]): { web?: WebPageData[] } {
  const web = new Map<string, WebPageData>();
  for (const event of events) {
    if (event.type !== 'web.called' || 'error_code' in event.answer) continue;
    const { query } = event.input;
    const found = typeof query === 'string' ? { found: query } : {};
    for (const page of event.answer.pages)
      web.set(page.url, { ...web.get(page.url), ...page, ...found });
  }
  return web.size > 0 ? { web: [...web.values()] } : {};
}

/** As much of a request as a scenario says. */
const Request = z.object({ model: z.string() });

function modelOf(events: readonly TranscriptEvent[]): Partial<z.infer<typeof Request>> {
  const requests = events.filter((event) => event.type === 'request.received');
  return requests.map(({ body }) => Request.safeParse(body).data).find((data) => data) ?? {};
}

/** The calls in their order; those of one response together. What came after the recording had ended may be anything. */
function expectedCalls(events: readonly TranscriptEvent[]): Expectation[] {
  const responses = new Map<number, Expectation[]>();
  for (const { name: call, input, response } of recordedCalls(events)) {
    responses.set(response, [...(responses.get(response) ?? []), { call, input }]);
  }
  const expected = [...responses.values()].flatMap((calls) =>
    calls.length > 1 ? [{ together: calls }] : calls,
  );
  return isFinished(events) ? expected : [...expected, { anything: true }];
}
