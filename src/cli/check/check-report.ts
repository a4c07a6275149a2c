import type { CheckReport } from '../../contract/check-tools.ts';
import type { CheckedChange } from '../../contract/checked-change.ts';
import type { Place } from '../../contract/places.ts';
import type { Outcome } from '../reports/outcome.ts';
import type { Palette } from '../text-report.ts';

/** What changed, tool by tool, and what was left out: the worst first. */
export function reportCheck(
  { changes, skipped, contracts }: CheckReport,
  recordings: number,
  colors: Palette,
): string {
  const order: CheckedChange['kind'][] = ['breaking', 'unknown', 'compatible', 'cosmetic'];
  const marks = { breaking: '✗', unknown: '?', compatible: '✓', cosmetic: '·' };
  const paint = {
    breaking: colors.red,
    unknown: colors.yellow,
    compatible: colors.green,
    cosmetic: colors.dim,
  };
  const sorted = changes.toSorted((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind));
  const lines = sorted.flatMap((change) => [
    `${paint[change.kind](marks[change.kind])} ${titleOf(change)}  ${colors.dim(change.rule)}`,
    ...detailsOf(change).map((line) => `    ${line}`),
  ]);
  const counts = order
    .map((kind) => [changes.filter((change) => change.kind === kind).length, kind] as const)
    .filter(([count]) => count > 0)
    .map(([count, kind]) => `${count} ${kind === 'unknown' ? 'cannot tell' : kind}`);
  const of = `${contracts.length} tools, ${recordings} recordings`;
  return [
    ...lines,
    ...skipped.map((reason) => `${colors.yellow('skipped')}  ${reason}`),
    `${counts.join(', ') || 'nothing changed'}  ${colors.dim(of)}`,
    '',
  ].join('\n');
}

/** One outcome a change. What is not known fails where `strict`. */
export function checkOutcomes({ changes, skipped }: CheckReport, strict: boolean): Outcome[] {
  const statuses = {
    breaking: 'failed',
    unknown: strict ? 'failed' : 'warned',
    compatible: 'passed',
    cosmetic: 'passed',
  } as const;
  return [
    ...changes.map((change): Outcome => {
      const [place] = change.places;
      return {
        suite: change.tool,
        name: `${change.rule} ${change.path}`.trimEnd(),
        status: statuses[change.kind],
        message: [titleOf(change), ...detailsOf(change)].join('\n'),
        file: place?.file,
      };
    }),
    ...skipped.map((message): Outcome => ({
      suite: 'skipped',
      name: 'not looked at',
      status: 'skipped',
      message,
    })),
  ];
}

function titleOf({ tool, path, message }: CheckedChange): string {
  return `${tool}${path && ` ${path}`}: ${message}`;
}

function detailsOf({ places, witness, kind, message }: CheckedChange): string[] {
  const example = witness === undefined ? [] : [`for example ${JSON.stringify(witness)}`];
  const met = places.map((place) => placeText(place, message));
  return kind === 'breaking' && met.length === 0
    ? [...example, 'no recorded line is known to meet it']
    : [...met, ...example];
}

function placeText({ file, cell, line, message }: Place, said: string): string {
  const where = [file, `cell ${cell}`, ...(line === undefined ? [] : [`line ${line}`])];
  return `${where.join(', ')}${message === said ? '' : `: ${message}`}`;
}
