import type { SessionView, TurnView } from '../protocol/session-view.ts';
import type { BranchData, Condition, StepData } from './data/step-data.ts';
import { type PlayedTurn, playedTurnAt } from './played-turn.ts';
import { fitsText } from './user-message.ts';

/** Something Claude does, other than to decide. */
export type PlainStep = Exclude<StepData, BranchData>;

/**
 * The steps of a session's turn that were played, and the next one if there is one. A branch is decided by what had
 * happened when Claude got there, whatever has happened since.
 */
export function turnPath(
  steps: readonly StepData[],
  turn: TurnView,
  session: SessionView,
): PlainStep[] {
  const path: PlainStep[] = [];
  const walk = (some: readonly StepData[]): void => {
    for (const step of some) {
      if (path.length > turn.steps) return;
      if ('when' in step) walk(decide(step.when) ? step.do : (step.otherwise ?? []));
      else path.push(step);
    }
  };
  const decide = (when: Condition): boolean => {
    const texts = path.filter((step) => 'says' in step).length;
    return holds(when, playedTurnAt(turn, session, { steps: path.length, texts }));
  };
  walk(steps);
  return path;
}

function holds(when: Condition, turn: PlayedTurn): boolean {
  if (typeof when === 'function') return when(turn);
  if ('printed' in when) {
    const cell = turn.session.turns.flatMap(({ cells }) => cells).findLast(({ result }) => result);
    return cell?.result !== undefined && fitsText(when.printed, cell.result.stdout);
  }
  const answer = turn.answers.findLast(({ name }) => when.tool === undefined || name === when.tool);
  return answer !== undefined && fitsText(when.answered, answer.content);
}
