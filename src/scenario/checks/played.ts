import type { Script } from '../../protocol/script.ts';
import type { SessionView, TurnView } from '../../protocol/session-view.ts';
import type { TranscriptEvent } from '../../transcript/events.ts';
import { bySession } from '../../transcript/by-session.ts';
import { foldSessions } from '../../transcript/fold.ts';
import { showCall } from '../calls/show-call.ts';
import {
  type Conversation,
  conversationsOf,
  describeTurn,
  findTurn,
  turnName,
} from '../conversations.ts';
import type { Scenario } from '../scenario.ts';
import { turnPath } from '../turn-path.ts';
import type { Failure } from './failure.ts';

/**
 * Checks that every turn of a scenario was played to its end, optional ones excepted. Where several sessions play a
 * conversation each of them has to do so. What another script would do next only it knows: there every turn that was
 * begun has to have come to its end.
 */
export function checkPlayed(
  script: Scenario | Script,
  transcript: Iterable<TranscriptEvent>,
): Failure[] {
  const events = [...transcript];
  const sessions = [...bySession(events).values()]
    .flatMap((events) => foldSessions(events).map((session) => ({ session, events })))
    .filter(({ session }) => session.turns.length > 0);
  if (!('data' in script)) return sessions.flatMap(unfinishedTurns);
  const failures = unplayedTurns(script, sessions);
  const hasBegun = sessions.length > 0 || events.some(({ type }) => type === 'request.received');
  if (hasBegun) return failures;
  return failures.map((failure) => ({ ...failure, message: `${failure.message}\n${NO_REQUEST}` }));
}

const NO_REQUEST =
  '  No request came at all: does the client of the agent talk to this fake, and is what it does awaited?';

interface PlayedSession {
  readonly session: SessionView;
  /** What happened in it. */
  readonly events: readonly TranscriptEvent[];
}

function unfinishedTurns({ session, events }: PlayedSession): Failure[] {
  const finished = finishedTurns(events);
  return session.turns.flatMap((turn, i): Failure[] => {
    if (finished.has(i)) return [];
    const message = `Turn ${i + 1} of session ${JSON.stringify(session.key)} (user: ${JSON.stringify(turn.user)}) ${stoppedAt(turn, undefined)}.`;
    return [{ code: 'turn.unplayed', message, turn: turn.scripted }];
  });
}

function unplayedTurns(scenario: Scenario, sessions: readonly PlayedSession[]): Failure[] {
  return conversationsOf(scenario.data).flatMap((conversation) => {
    const playing = sessions.filter(({ session }) =>
      session.turns.some(({ scripted }) => {
        const found = findTurn(scenario.data, scripted);
        return found !== undefined && found.conversation.name === conversation.name;
      }),
    );
    if (playing.length === 0) {
      const index = conversation.turns.findIndex(({ optional }) => optional !== true);
      return index === -1 || conversation.optional === true
        ? []
        : [unplayed(scenario, conversation, index, 'was never played')];
    }
    return playing.flatMap((played) => {
      const { key } = played.session;
      const where = playing.length > 1 ? ` in session ${JSON.stringify(key)}` : '';
      return firstUnplayed(scenario, conversation, { ...played, where });
    });
  });
}

interface Played extends PlayedSession {
  /** Says in which session, where there are several. */
  readonly where: string;
}

function firstUnplayed(
  scenario: Scenario,
  conversation: Conversation,
  { session, events, where }: Played,
): Failure[] {
  const finished = finishedTurns(events);
  for (const [index, { optional, claude }] of conversation.turns.entries()) {
    const name = turnName(conversation, index);
    const position = session.turns.findIndex(({ scripted }) => scripted === name);
    const turn = session.turns[position];
    if (turn && !finished.has(position)) {
      const soFar = { ...session, turns: session.turns.slice(0, position + 1) };
      const next = turnPath(claude, turn, soFar)[turn.steps];
      const stopped = stoppedAt(turn, next ? Object.keys(next)[0] : undefined);
      return [unplayed(scenario, conversation, index, `${stopped}${where}`)];
    }
    if (!turn && optional !== true) {
      return [unplayed(scenario, conversation, index, `was never played${where}`)];
    }
  }
  return [];
}

function unplayed(
  scenario: Scenario,
  conversation: Conversation,
  index: number,
  what: string,
): Failure {
  const turn = describeTurn(conversation, index);
  const message = `Scenario "${scenario.name}": ${turn} ${what}.`;
  return { code: 'turn.unplayed', message, turn: turnName(conversation, index) };
}

/** Which turns of a session came to their end, by their position in it. */
function finishedTurns(events: readonly TranscriptEvent[]): Set<number> {
  const finished = new Set<number>();
  let turn = -1;
  for (const event of events) {
    if (event.type === 'turn.started') turn++;
    if (event.type === 'turn.finished') finished.add(turn);
  }
  return finished;
}

/** Where a turn stopped; `next` is what Claude does next in it. */
function stoppedAt(turn: TurnView, next: string | undefined): string {
  const pending = [...turn.calls, ...turn.cells.flatMap((cell) => cell.calls)].filter(
    (call) => call.answer === undefined,
  );
  const waiting =
    pending.length === 0 ? '' : `, waiting for an answer to ${pending.map(showCall).join(', ')}`;
  const after = turn.steps === 0 ? 'before its first step' : `after step ${turn.steps}`;
  const then = next === undefined ? '' : `; next Claude ${next}`;
  return `was not finished: it stopped ${after}${waiting}${then}`;
}
