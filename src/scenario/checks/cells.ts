import type { SessionView, TurnView } from '../../protocol/session-view.ts';
import type { TranscriptEvent } from '../../transcript/events.ts';
import { foldSessions } from '../../transcript/fold.ts';
import { describeScripted, findTurn, OTHERWISE } from '../conversations.ts';
import type { BashData, CallsData, RunsData, UseData } from '../data/step-data.ts';
import { stepsOf } from '../play.ts';
import type { Scenario } from '../scenario.ts';
import { type PlainStep, turnPath } from '../turn-path.ts';
import { checkEnded, type Ended } from './ended.ts';
import type { Failure } from './failure.ts';
import { whyFailed } from './why-failed.ts';

/** A cell or a command, and how it ended if it has. */
interface Made {
  readonly id: string;
  readonly step: number;
  /** Of a cell. */
  readonly code?: string | undefined;
  readonly result?: Ended | undefined;
}

/**
 * Checks the cells and commands that have ended: each printed what its step says (`prints`), and ended with the error its
 * step names (`raises`, `return_code`) or, by default, with none.
 */
export function checkCells(scenario: Scenario, transcript: Iterable<TranscriptEvent>): Failure[] {
  const events = [...transcript];
  return foldSessions(events).flatMap((session) =>
    session.turns.flatMap((turn, i) => {
      const soFar = { ...session, turns: session.turns.slice(0, i + 1) };
      return checkTurn(scenario, turn, soFar).map((failure) => {
        const hint = failure.code === 'cell.ended' && whyFailed(failure.message, events);
        return hint ? { ...failure, message: `${failure.message}\n\n${hint}` } : failure;
      });
    }),
  );
}

function checkTurn({ data }: Scenario, turn: TurnView, session: SessionView): Failure[] {
  if (!findTurn(data, turn.scripted) && turn.scripted !== OTHERWISE) return [];
  const name = describeScripted(data, turn.scripted);
  const path = turnPath(stepsOf(data, turn.scripted), turn, session);
  const bash = turn.commands.filter(({ tool }) => tool === 'bash_code_execution');
  const commands = bash.map(({ id, step, result }) => ({
    id,
    step,
    result: result?.type === 'bash_code_execution_result' ? result : undefined,
  }));
  return [
    ...checkEach(turn.cells, (step) => usesOf(path[step]).filter((use) => 'runs' in use), {
      name: `Cell # of ${name}`,
      session: session.key,
    }),
    ...checkEach(commands, (step) => usesOf(path[step]).filter((use) => 'bash' in use), {
      name: `Command # of ${name}`,
      session: session.key,
    }),
  ];
}

/** Compares what was run with what a turn says was to be run, step by step. `name` has a `#` for the number. */
function checkEach(
  made: readonly Made[],
  expectedIn: (step: number) => readonly (RunsData | BashData)[],
  { name, session }: { readonly name: string; readonly session: string },
): Failure[] {
  return made.flatMap(({ id, step, code, result }, i) => {
    const inStep = made.filter((other) => other.step === step);
    const expected = expectedIn(step)[i - made.indexOf(inStep[0]!)];
    const place = { name: name.replace('#', String(i + 1)), cell: { session, id }, code };
    if (!result || !expected) return [];
    return checkEnded(result, expected, place);
  });
}

/** What a step does with the container. */
function usesOf(step: PlainStep | undefined): readonly (UseData | CallsData)[] {
  if (step === undefined) return [];
  if ('together' in step) return step.together;
  if ('pauses' in step) return step.pauses === true ? [] : step.pauses;
  return 'runs' in step || 'bash' in step ? [step] : [];
}
