import type { CallData } from '../data/call-data.ts';
import type { CallDeviation, CallPair } from './align-calls.ts';
import type { Difference } from './differences.ts';
import type { RecordedCall } from './recorded-calls.ts';
import { json, showCall } from './show-call.ts';

interface Calls {
  readonly pairs: readonly CallPair[];
  readonly expected: readonly CallData[];
  readonly actual: readonly RecordedCall[];
}

/** Deviations told in detail. */
const DETAILS = 5;
/** Equal rows shown around a deviation. */
const CONTEXT = 2;
/** Widest a call may be in the side-by-side list. */
const COLUMN = 60;

/** Says how the calls differ: the first deviation in the heading, each in detail, then both lists side by side. */
export function reportCalls(found: readonly CallDeviation[], calls: Calls): string {
  const more = found.length === 1 ? '' : ` (and ${found.length - 1} more)`;
  const lines = [`Tool calls: ${headline(found[0]!, calls)}${more}.`];
  for (const deviation of found.slice(0, DETAILS)) {
    lines.push('', ...detail(deviation, calls).map(indent));
  }
  if (found.length > DETAILS) lines.push('', `  … and ${found.length - DETAILS} more`);
  lines.push('', ...sideBySide(found, calls).map(indent));
  return lines.join('\n');
}

function headline(deviation: CallDeviation, { expected, actual }: Calls): string {
  const { kind, expected: i, actual: j } = deviation;
  if (kind === 'missing') return `expected call ${i! + 1}, ${expected[i!]!.call}, was not made`;
  if (kind === 'unexpected') return `call ${j! + 1}, ${actual[j!]!.name}, was not expected`;
  if (kind === 'out of order') return `expected call ${i! + 1} was made as call ${j! + 1}`;
  const byCaller = deviation.differences.every(({ path }) => path === 'caller');
  return `call ${j! + 1} has ${byCaller ? 'another caller' : 'other arguments'} than expected`;
}

function detail({ kind, expected, actual, differences }: CallDeviation, calls: Calls): string[] {
  if (kind === 'missing') return [`missing: ${showCall(calls.expected[expected!]!)}`];
  const made = calls.actual[actual!]!;
  const heading = `${kind}: ${showCall(made)}`;
  return [heading, ...siteLines(made).map(indent), ...differenceLines(differences).map(indent)];
}

function siteLines({ caller, site }: RecordedCall): string[] {
  if (!site) return [caller === 'direct' ? 'called directly' : 'called by code'];
  if (site.line === undefined) return [`called in cell ${site.cell}`];
  const place = `called on line ${site.line} of cell ${site.cell}`;
  return [site.source ? `${place}: ${site.source}` : place];
}

/** One line a difference, expected and actual in columns. */
export function differenceLines(differences: readonly Difference[]): string[] {
  const rows = differences.map((difference) => [
    difference.path,
    'expected' in difference ? `expected ${json(difference.expected)}` : 'expected nothing',
    'actual' in difference ? `actual ${json(difference.actual)}` : 'actual nothing',
  ]);
  const widths = [0, 1].map((i) => Math.max(...rows.map((row) => row[i]!.length)));
  return rows.map((row) =>
    row.map((cell, i) => (i < 2 ? cell.padEnd(widths[i]!) : cell)).join('   '),
  );
}

function sideBySide(found: readonly CallDeviation[], { pairs, expected, actual }: Calls): string[] {
  const reordered = new Set(
    found.flatMap((each) => (each.kind === 'out of order' ? [each.actual] : [])),
  );
  const rows = pairs.map((pair) => ({
    mark: mark(pair, reordered),
    left: pair.expected === undefined ? '' : shorten(showCall(expected[pair.expected]!)),
    right: pair.actual === undefined ? '' : shorten(showCall(actual[pair.actual]!)),
  }));
  const width = Math.max('expected'.length, ...rows.map(({ left }) => left.length));
  const lines = [`  ${'expected'.padEnd(width)}   actual`];
  let hidden = 0;
  for (const [i, { mark, left, right }] of rows.entries()) {
    const near = rows.slice(Math.max(0, i - CONTEXT), i + CONTEXT + 1);
    if (near.every((row) => row.mark === '=')) {
      hidden++;
      continue;
    }
    if (hidden > 0) lines.push(`  … ${hidden} equal`);
    hidden = 0;
    lines.push(`${mark} ${left.padEnd(width)}   ${right}`.trimEnd());
  }
  if (hidden > 0) lines.push(`  … ${hidden} equal`);
  return lines;
}

/** `=` as expected, `≠` different, `-` missing here, `+` unexpected here. */
function mark(
  { expected, actual, differences }: CallPair,
  reordered: Set<number | undefined>,
): string {
  if (expected === undefined) return reordered.has(actual) ? '↑' : '+';
  if (actual === undefined) return '-';
  return differences.length === 0 ? '=' : '≠';
}

function shorten(text: string): string {
  return text.length > COLUMN ? `${text.slice(0, COLUMN - 1)}…` : text;
}

function indent(line: string): string {
  return line === '' ? line : `  ${line}`;
}
