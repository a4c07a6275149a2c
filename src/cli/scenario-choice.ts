import type { Script } from '../protocol/script.ts';
import type { Schedule, Scheduled } from '../schedule/schedule.ts';
import { userText } from '../machine/user-text.ts';
import type { MessageRequest } from '../protocol/request.ts';
import type { SessionView } from '../protocol/session-view.ts';
import type { TranscriptEvent } from '../transcript/events.ts';
import type { ScenarioInFile } from '../scenario/scenario-files.ts';

/** A scenario that is served among others, under a name of its own. */
export interface NamedScenario extends ScenarioInFile {
  /** The name of its file, without extension; the whole path where two files are called the same. */
  readonly label: string;
  /** What the names of its turns begin with in a transcript. Nothing where it is the only scenario. */
  readonly prefix: string;
}

/** Names scenarios after their files. */
export function nameScenarios(scenarios: readonly ScenarioInFile[]): NamedScenario[] {
  const names = scenarios.map(({ file }) => file.replace(/\.ya?ml$/, ''));
  const bases = names.map((name) => name.slice(name.lastIndexOf('/') + 1));
  return scenarios.map((each, i) => {
    const unique = bases.indexOf(bases[i]!) === bases.lastIndexOf(bases[i]!);
    const label = unique ? bases[i]! : names[i]!;
    return { ...each, label, prefix: scenarios.length === 1 ? '' : `${label}: ` };
  });
}

/**
 * The script that plays several scenarios, each session one of them: the first whose first open turn fits the user's
 * first message. A session key that is the label of a scenario, or begins with it and a dot, chooses by hand. One alone is
 * played as it is.
 *
 * Like any script it keeps no state: which scenario a session plays stands in the names of its turns.
 */
export function playAny(scenarios: readonly NamedScenario[]): Script & Scheduled {
  const [first, second] = scenarios;
  if (first && !second) return first.scenario;

  /** The scenario that will answer the first message of a session. */
  async function choose(
    message: string,
    session: SessionView,
    request: MessageRequest,
  ): Promise<NamedScenario | undefined> {
    for (const each of candidates(session, scenarios)) {
      if ('turn' in (await each.scenario.answer(message, session, request))) return each;
    }
    return undefined;
  }

  async function schedule(
    session: SessionView,
    request: MessageRequest,
  ): Promise<Schedule | undefined> {
    const chosen = await choose(userText(request), session, request);
    return chosen?.scenario.data.schedule;
  }

  return {
    // Where no scenario has one, there is nothing to choose.
    ...(scenarios.some(({ scenario }) => scenario.data.schedule) && { schedule }),
    async answer(message, session, request) {
      const playing = playedBy(session, scenarios);
      const reasons: string[] = [];
      for (const each of playing ? [playing] : candidates(session, scenarios)) {
        const answer = await each.scenario.answer(message, asSeenBy(each, session), request);
        if ('turn' in answer) return { turn: each.prefix + answer.turn };
        reasons.push(answer.unexpected);
      }
      return { unexpected: reasons.join(' ') };
    },
    next(session) {
      const playing = playedBy(session, scenarios);
      if (!playing) throw new Error(`Session "${session.key}" plays no scenario.`);
      return playing.scenario.next(asSeenBy(playing, session));
    },
    web: (call, session) => {
      const playing = playedBy(session, scenarios);
      return playing?.scenario.web?.(call, asSeenBy(playing, session));
    },
    takes: (tool, session) => {
      const playing = playedBy(session, scenarios);
      return playing?.scenario.takes?.(tool, asSeenBy(playing, session));
    },
  };
}

/** The events of the sessions that played a scenario, with its own names for its turns. */
export function eventsOf(
  { prefix }: NamedScenario,
  transcript: readonly TranscriptEvent[],
): TranscriptEvent[] {
  const sessions = new Set(
    transcript.flatMap((event) =>
      event.type === 'turn.started' && event.scripted.startsWith(prefix) ? [event.session] : [],
    ),
  );
  return transcript
    .filter(({ session }) => sessions.has(session))
    .map((event) => (event.type === 'turn.started' ? withoutPrefix(event, prefix) : event));
}

function candidates(
  { key }: SessionView,
  scenarios: readonly NamedScenario[],
): readonly NamedScenario[] {
  const chosen = scenarios.filter(({ label }) => key === label || key.startsWith(`${label}.`));
  return chosen.length > 0 ? chosen : scenarios;
}

function playedBy(
  { turns }: SessionView,
  scenarios: readonly NamedScenario[],
): NamedScenario | undefined {
  return scenarios.find((each) => turns[0]?.scripted.startsWith(each.prefix));
}

function asSeenBy({ prefix }: NamedScenario, session: SessionView): SessionView {
  return { ...session, turns: session.turns.map((turn) => withoutPrefix(turn, prefix)) };
}

function withoutPrefix<T extends { readonly scripted: string }>(turn: T, prefix: string): T {
  return { ...turn, scripted: turn.scripted.slice(prefix.length) };
}
