import picocolors from 'picocolors';
import { foldSessions } from '../transcript/fold.ts';
import type { ScenarioRun } from './json-report.ts';
import type { FileProblem } from '../scenario/scenario-files.ts';

/** What colours text, or leaves it as it is. */
export type Palette = ReturnType<typeof picocolors.createColors>;

/** Colours for a terminal, unless NO_COLOR says otherwise; none for anything else. */
export function palette(
  stream: { readonly isTTY?: boolean },
  { NO_COLOR }: NodeJS.ProcessEnv = process.env,
): Palette {
  return picocolors.createColors(stream.isTTY === true && !NO_COLOR);
}

/** One line for a scenario, and below it what failed. */
export function reportRun(
  { file, scenario: { name }, result, transcript }: ScenarioRun,
  colors: Palette,
): string {
  const turns = foldSessions(transcript).flatMap((session) => session.turns);
  const cells = turns.flatMap((turn) => turn.cells);
  const calls = [...turns, ...cells].flatMap((owner) => owner.calls);
  const counts = [
    count(turns.length, 'turn'),
    count(cells.length, 'cell'),
    count(calls.length, 'call'),
  ].join(', ');
  if (result.ok) return `${colors.green('✓')} ${name}  ${colors.dim(counts)}`;
  const failures = result.failures.map(({ message }) => `\n${indented(message)}\n`);
  return `${colors.red('✗')} ${name}  ${colors.dim(`${counts}, ${file}`)}\n${failures.join('')}`;
}

/** How many passed and failed, and how many files could not be played: the last line, a blank one before it. */
export function reportSummary(
  runs: readonly ScenarioRun[],
  problems: readonly FileProblem[],
  colors: Palette,
): string {
  const failed = runs.filter(({ result }) => !result.ok).length;
  const parts = [`${runs.length - failed} passed`, `${failed} failed`];
  const invalid = new Set(problems.map(({ file }) => file)).size;
  if (invalid > 0) parts.push(`${invalid} not valid`);
  const summary = parts.join(', ');
  const blank = runs.at(-1)?.result.ok ? '\n' : '';
  return blank + (failed + invalid > 0 ? colors.red(summary) : colors.green(summary));
}

/** A number of things: `1 cell`, `2 cells`. */
export function count(n: number, noun: string): string {
  return `${n} ${noun}${n === 1 ? '' : 's'}`;
}

/** Every line that is not empty, four columns further right. */
export function indented(text: string): string {
  return text.replaceAll(/^(?=.)/gm, '    ');
}
