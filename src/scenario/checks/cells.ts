import type { SessionView, TurnView } from '../../protocol/session-view.ts';
import type { TranscriptEvent } from '../../transcript/events.ts';
import { foldSessions } from '../../transcript/fold.ts';
import type { Reference } from '../../transcript/reference.ts';
import { describeTurn, findTurn, OTHERWISE } from '../conversations.ts';
import type { BashData, CallsData, RunsData, UseData } from '../data/step-data.ts';
import { stepsOf } from '../play.ts';
import type { Scenario } from '../scenario.ts';
import { type PlainStep, turnPath } from '../turn-path.ts';
import type { Failure } from './failure.ts';

/** A cell or a command, and how it ended if it has. */
interface Made {
  readonly id: string;
  readonly step: number;
  readonly result?: Ended | undefined;
}

interface Ended {
  readonly stdout: string;
  readonly stderr: string;
  readonly return_code: number;
}

/**
 * Checks the cells and commands that have ended: each printed what its step says (`prints`), and ended with the error its
 * step names (`raises`, `return_code`) or, by default, with none.
 */
export function checkCells(scenario: Scenario, transcript: Iterable<TranscriptEvent>): Failure[] {
  return foldSessions(transcript).flatMap((session) =>
    session.turns.flatMap((turn, i) => {
      const soFar = { ...session, turns: session.turns.slice(0, i + 1) };
      return checkTurn(scenario, turn, soFar);
    }),
  );
}

function checkTurn({ data }: Scenario, turn: TurnView, session: SessionView): Failure[] {
  const found = findTurn(data, turn.scripted);
  if (!found && turn.scripted !== OTHERWISE) return [];
  const name = found ? describeTurn(found.conversation, found.index) : OTHERWISE;
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
  return made.flatMap(({ id, step, result }, i) => {
    const inStep = made.filter((other) => other.step === step);
    const expected = expectedIn(step)[i - made.indexOf(inStep[0]!)];
    const place = { name: name.replace('#', String(i + 1)), cell: { session, id } };
    if (!result || !expected) return [];
    return [...checkEnd(result, expected, place), ...checkOutput(result, expected, place)];
  });
}

/** What a step does with the container. */
function usesOf(step: PlainStep | undefined): readonly (UseData | CallsData)[] {
  if (step === undefined) return [];
  if ('together' in step) return step.together;
  if ('pauses' in step) return step.pauses === true ? [] : step.pauses;
  return 'runs' in step || 'bash' in step ? [step] : [];
}

/** A cell or a command, in words and for programs. */
interface Place {
  readonly name: string;
  readonly cell: Reference;
}

function checkEnd(
  { return_code, stderr }: Ended,
  expected: RunsData | BashData,
  { name, cell }: Place,
): Failure[] {
  const raises = 'raises' in expected ? expected.raises : undefined;
  const failure = (message: string): Failure[] => [
    { code: 'cell.ended', cell, return_code, message: `${name} ${message}` },
  ];
  const wanted = expected.return_code;
  if (wanted !== undefined && wanted !== return_code) {
    return failure(
      `should have ended with return code ${wanted}, but ended ${describeEnd(return_code, stderr)}`,
    );
  }
  if (raises === undefined) {
    return return_code === 0 || wanted !== undefined
      ? []
      : failure(`ended ${describeEnd(return_code, stderr)}`);
  }
  // Lines of a traceback are indented, the error itself is not.
  if (return_code !== 0 && stderr.split('\n').some((line) => line.startsWith(raises))) return [];
  return failure(`should have ended with ${raises}, but ended ${describeEnd(return_code, stderr)}`);
}

function describeEnd(returnCode: number, stderr: string): string {
  return returnCode === 0 ? 'without an error.' : `with ${errorOf(stderr, returnCode)}`;
}

/** The last line of a traceback, and the traceback below it. */
function errorOf(stderr: string, returnCode: number): string {
  const lines = stderr.trimEnd().split('\n');
  const last = lines.at(-1);
  if (!last) return `return code ${returnCode}.`;
  return lines.length === 1
    ? last
    : `${last}\n\n${lines.map((line) => `  ${line}`.trimEnd()).join('\n')}`;
}

function checkOutput(
  { stdout }: Ended,
  { prints }: RunsData | BashData,
  { name, cell }: Place,
): Failure[] {
  if (prints === undefined) return [];
  const expected = withoutLastNewlines(prints);
  const actual = withoutLastNewlines(stdout);
  if (expected === actual) return [];
  const message = `${name} printed something else than expected.\n\n${firstDifference(expected, actual)}`;
  return [{ code: 'cell.printed', message, cell, expected, actual }];
}

function withoutLastNewlines(text: string): string {
  return text.replace(/\n+$/, '');
}

function firstDifference(expected: string, actual: string): string {
  const [left, right] = [expected.split('\n'), actual.split('\n')];
  const i = left.findIndex((line, i) => line !== right[i]);
  const at = i === -1 ? left.length : i;
  return [
    `  line ${at + 1} of ${Math.max(left.length, right.length)}`,
    `    expected ${showLine(left[at])}`,
    `    actual   ${showLine(right[at])}`,
  ].join('\n');
}

function showLine(line: string | undefined): string {
  return line === undefined ? 'nothing more' : JSON.stringify(line);
}
