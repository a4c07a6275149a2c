import type { SessionView, TurnView } from '../../protocol/session-view.ts';
import type { TranscriptEvent } from '../../transcript/events.ts';
import { foldSessions } from '../../transcript/fold.ts';
import type { Scenario } from '../scenario.ts';
import { describeTurn, turnIndex, turnName } from '../turn-names.ts';
import type { Failure } from './failure.ts';
import { showCall } from '../calls/show-call.ts';

/**
 * Checks that every turn of a scenario was played to its end, optional ones excepted. In a transcript of several
 * sessions each of them has to do so.
 */
export function checkPlayed(scenario: Scenario, transcript: Iterable<TranscriptEvent>): Failure[] {
  const events = [...transcript];
  const { turns } = scenario.data;
  const sessions = foldSessions(events).filter((session) => session.turns.length > 0);
  if (sessions.length === 0) {
    const index = turns.findIndex(({ optional }) => optional !== true);
    return index === -1 ? [] : [unplayed(scenario, index, 'was never played')];
  }
  return sessions.flatMap((session) => {
    const where = sessions.length > 1 ? ` in session ${JSON.stringify(session.key)}` : '';
    const finished = finishedTurns(events, session);
    const begun = new Map(
      session.turns.map((turn, i) => [
        turnIndex(turn.scripted, turns),
        { turn, ended: finished.has(i) },
      ]),
    );
    for (const [index, { optional }] of turns.entries()) {
      const played = begun.get(index);
      if (played && !played.ended) {
        return [
          unplayed(
            scenario,
            index,
            `${stoppedAt(played.turn, turns[index]!.claude.length)}${where}`,
          ),
        ];
      }
      if (!played && optional !== true) {
        return [unplayed(scenario, index, `was never played${where}`)];
      }
    }
    return [];
  });
}

function unplayed(scenario: Scenario, index: number, what: string): Failure {
  const message = `Scenario "${scenario.name}": ${describeTurn(index, scenario.data.turns)} ${what}.`;
  return { code: 'turn.unplayed', message, turn: turnName(index) };
}

/** Which turns of a session came to their end, by their position in it. */
function finishedTurns(events: readonly TranscriptEvent[], { key }: SessionView): Set<number> {
  const finished = new Set<number>();
  let turn = -1;
  for (const event of events) {
    if (event.session !== key) continue;
    if (event.type === 'turn.started') turn++;
    if (event.type === 'turn.finished') finished.add(turn);
  }
  return finished;
}

function stoppedAt(turn: TurnView, steps: number): string {
  const pending = [...turn.calls, ...turn.cells.flatMap((cell) => cell.calls)].filter(
    (call) => call.answer === undefined,
  );
  const waiting =
    pending.length === 0 ? '' : `, waiting for an answer to ${pending.map(showCall).join(', ')}`;
  return `was not finished: it stopped after step ${turn.steps} of ${steps}${waiting}`;
}
