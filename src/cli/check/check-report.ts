import type { CheckReport } from '../../contract/check-tools.ts';
import type { CheckedChange } from '../../contract/checked-change.ts';
import type { LintFinding } from '../../contract/lint-rules.ts';
import type { Place } from '../../contract/places.ts';
import type { Outcome } from '../reports/outcome.ts';
import { count, type Palette } from '../text-report.ts';

/** What changed, tool by tool, and what was left out: the worst first. */
export function reportCheck(
  { changes, lint, skipped, contracts }: CheckReport,
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
  const said = lint.length === 0 ? [] : [`${lint.length} lint`];
  const of = `${count(contracts.length, 'tool')}, ${count(recordings, 'recording')}`;
  return [
    ...lines,
    ...lint.flatMap((finding) => lintLines(finding, colors)),
    ...skipped.map((reason) => `${colors.yellow('skipped')}  ${reason}`),
    `${[...(counts.length > 0 ? counts : ['nothing changed']), ...said].join(', ')}  ${colors.dim(of)}`,
    '',
  ].join('\n');
}

/** One outcome a change or finding. What is not known fails where `strict`, and what the API refuses always. */
export function checkOutcomes({ changes, lint, skipped }: CheckReport, strict: boolean): Outcome[] {
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
    ...lint.map((finding): Outcome => ({
      suite: finding.tool ?? finding.path,
      name: finding.rule,
      status: finding.refused ? 'failed' : 'warned',
      message: `${lintTitle(finding)}\n${finding.fix}`,
    })),
    ...skipped.map((message): Outcome => ({
      suite: 'skipped',
      name: 'not looked at',
      status: 'skipped',
      message,
    })),
  ];
}

function lintLines(finding: LintFinding, colors: Palette): string[] {
  const { rule, fix, refused } = finding;
  const mark = refused ? colors.red('✗') : colors.yellow('!');
  return [`${mark} ${lintTitle(finding)}  ${colors.dim(rule)}`, `    ${fix}`];
}

/** The API's own words name a tool by its place in the list alone. */
function lintTitle({ message, tool }: LintFinding): string {
  return tool === undefined || message.includes(tool) ? message : `${tool}: ${message}`;
}

function titleOf({ tool, path, message }: CheckedChange): string {
  return `${tool}${path && ` ${path}`}: ${message}`;
}

function detailsOf({ places, witness, kind, message }: CheckedChange): string[] {
  const example = witness === undefined ? [] : [`for example ${shortened(witness)}`];
  const met = places.map((place) => placeText(place, message));
  return kind === 'breaking' && met.length === 0
    ? [...example, 'no recorded line is known to meet it']
    : [...met, ...example];
}

const EXAMPLE_LIMIT = 300;

function shortened(value: unknown): string {
  const text = JSON.stringify(value);
  return text.length > EXAMPLE_LIMIT ? `${text.slice(0, EXAMPLE_LIMIT)}…` : text;
}

function placeText({ file, cell, line, message }: Place, said: string): string {
  const where = [file, `cell ${cell}`, ...(line === undefined ? [] : [`line ${line}`])];
  return `${where.join(', ')}${message === said ? '' : `: ${message}`}`;
}
