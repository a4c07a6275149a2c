import type { VerdictEntry } from '../verdict/verdict.ts';
import type { Palette } from './text-report.ts';

/** What the client did wrong, a paragraph a rule: how often, where first, what it did, what comes of it, how to mend it. */
export function reportVerdict(entries: readonly VerdictEntry[], colors: Palette): string {
  if (entries.length === 0) return `${colors.green('verdict')}  no rule broken\n`;
  const count = entries.length === 1 ? '1 rule broken' : `${entries.length} rules broken`;
  const paragraphs = entries.map((entry) => reportEntry(entry, colors));
  return `${colors.red('verdict')}  ${count}\n\n${paragraphs.join('\n\n')}\n`;
}

/** One broken rule, indented. */
export function reportEntry(
  { rule, times, message, severity, consequence, fix, docs, ...place }: VerdictEntry,
  colors: Palette,
): string {
  const often = times === 1 ? 'once' : `${times} times`;
  const lines = [
    `  ${colors.red('✗')} ${rule}  ${colors.dim(`${often}, ${times === 1 ? 'in' : 'first in'} ${placeOf(place)}`)}`,
    ...message.split('\n').map((line) => `      ${line}`),
    `      why  ${consequence} (${severity})`,
    `      fix  ${fix}`,
    ...(docs === undefined ? [] : [`      see  ${docs}`]),
  ];
  return lines.join('\n');
}

function placeOf({
  request,
  session,
  path,
}: Pick<VerdictEntry, 'request' | 'session' | 'path'>): string {
  const where = request === undefined ? `session ${session}` : `request ${request}`;
  return path ? `${where} at ${path}` : where;
}
