import type { ProbeResult } from '../probe/probe-client.ts';
import type { Failure } from '../scenario/checks/failure.ts';
import { indented, type Palette } from './text-report.ts';
import { reportEntry } from './verdict-report.ts';

/** One line for a conversation, and below it what the client did wrong and how far it got. */
export function reportProbe(result: ProbeResult, colors: Palette): string {
  const { name, ok, requests, ended, error, findings } = result;
  const sent = colors.dim(`${requests} ${requests === 1 ? 'request' : 'requests'}`);
  if (ok) return `${colors.green('✓')} ${name}  ${sent}`;
  const paragraphs = [
    ...findings.map((entry) => reportEntry(entry, colors)),
    ...worthTelling(result).map(({ message }) => indented(message)),
    ...(error === undefined ? [] : [indented(`The client ${ended}: ${error}`)]),
  ];
  return `${colors.red('✗')} ${name}  ${sent}\n\n${paragraphs.join('\n\n')}\n`;
}

/** What came out differently follows from the findings, or from the end of the client: then only how far it got is news. */
function worthTelling({ ended, findings, failures }: ProbeResult): readonly Failure[] {
  return ended === 'finished' && findings.length === 0
    ? failures
    : failures.filter(({ code }) => code === 'turn.unplayed');
}

/** How many conversations the client held, and how many not: the last line. */
export function reportProbeSummary(results: readonly ProbeResult[], colors: Palette): string {
  const passed = results.filter(({ ok }) => ok).length;
  const summary = `${passed} passed, ${results.length - passed} failed`;
  return passed === results.length ? colors.green(summary) : colors.red(summary);
}
