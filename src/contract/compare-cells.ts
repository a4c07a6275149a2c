import { compareJson } from '../cassette/conformance/compare-json.ts';
import type { JsonObject } from '../protocol/json-object.ts';
import type { CodeExecutionRevision } from '../protocol/revisions/code-execution.ts';
import type { RecordedCell } from './extract.ts';
import type { CellRun } from './rerun.ts';
import { stableText } from './schema/json.ts';

/**
 * One way in which a cell that was run again did not do what it did when it was recorded. Positions of calls count from 1
 * among the calls of the cell, as recorded; those of added calls among the calls it made now.
 */
export type CellDifference =
  | { readonly kind: 'call.added' | 'call.missing' | 'call.reordered'; readonly call: PlacedCall }
  /** Today's tools have no function of this name, so the cell was not run. */
  | { readonly kind: 'tool.missing'; readonly tool: string }
  | {
      readonly kind: 'call.changed';
      readonly call: PlacedCall;
      /** Where in the arguments, such as `rows.0.sku`. */
      readonly path: string;
      readonly recorded: unknown;
      readonly now: unknown;
    }
  | {
      /** `error`: the last line of what a failed cell wrote to stderr. */
      readonly kind: 'output.stdout' | 'output.return_code' | 'output.error';
      /** The first line that differs, from 1. */
      readonly line?: number | undefined;
      readonly recorded: unknown;
      readonly now: unknown;
    };

export interface PlacedCall {
  readonly position: number;
  readonly tool: string;
  readonly input: JsonObject;
}

/** How a cell went when it was run again, against how it was recorded. Empty when nothing differs. */
export function compareCell(
  recorded: RecordedCell,
  run: CellRun,
  revision: Pick<CodeExecutionRevision, 'trimsOutput'>,
): CellDifference[] {
  const was = recorded.calls.map(({ name, input }, i) => ({ position: i + 1, tool: name, input }));
  const is = run.calls.map(({ tool, input }, i) => ({ position: i + 1, tool, input }));
  return [...compareCalls(was, is), ...compareOutput(recorded, run, revision)];
}

function compareCalls(was: readonly PlacedCall[], is: readonly PlacedCall[]): CellDifference[] {
  const equal = pair(was, is, ({ tool, input }) => stableText([tool, input]));
  const kept = longestAscending(equal.pairs.map(([, call]) => call.position));
  const reordered = equal.pairs.filter(([, { position }]) => !kept.has(position));
  const similar = pair(equal.left, equal.right, ({ tool }) => tool);
  return [
    ...similar.left.map((call) => ({ kind: 'call.missing' as const, call })),
    ...similar.right.map((call) => ({ kind: 'call.added' as const, call })),
    ...reordered.map(([call]) => ({ kind: 'call.reordered' as const, call })),
    ...similar.pairs.flatMap(([call, now]) =>
      compareJson(call.input, now.input).map(({ path, left, right }) => ({
        kind: 'call.changed' as const,
        call,
        path,
        recorded: left,
        now: right,
      })),
    ),
  ];
}

interface Pairing {
  readonly pairs: readonly (readonly [PlacedCall, PlacedCall])[];
  /** What has no partner on the other side. */
  readonly left: readonly PlacedCall[];
  readonly right: readonly PlacedCall[];
}

/** Pairs calls that are alike: the first with the first, the second with the second. */
function pair(
  left: readonly PlacedCall[],
  right: readonly PlacedCall[],
  keyOf: (call: PlacedCall) => string,
): Pairing {
  const waiting = new Map<string, PlacedCall[]>();
  for (const call of right) waiting.set(keyOf(call), [...(waiting.get(keyOf(call)) ?? []), call]);
  const pairs: [PlacedCall, PlacedCall][] = [];
  const alone: PlacedCall[] = [];
  for (const call of left) {
    const partner = waiting.get(keyOf(call))?.shift();
    if (partner) pairs.push([call, partner]);
    else alone.push(call);
  }
  const partners = new Set(pairs.map(([, call]) => call));
  return { pairs, left: alone, right: right.filter((call) => !partners.has(call)) };
}

/** As many of the numbers, all different, as stand in ascending order: the others are those that moved. */
function longestAscending(numbers: readonly number[]): ReadonlySet<number> {
  const best: number[][] = [];
  for (const number of numbers) {
    const before = best
      .filter((run) => run.at(-1)! < number)
      .reduce<number[]>((longest, run) => (run.length > longest.length ? run : longest), []);
    best.push([...before, number]);
  }
  return new Set(best.reduce((longest, run) => (run.length > longest.length ? run : longest), []));
}

function compareOutput(
  { result }: RecordedCell,
  { stdout, stderr, return_code }: CellRun,
  { trimsOutput }: Pick<CodeExecutionRevision, 'trimsOutput'>,
): CellDifference[] {
  if (!result) return [];
  const differences: CellDifference[] = [];
  const [was, is] = [result.stdout, stdout].map((text) =>
    (trimsOutput ? text.trimEnd() : text).split('\n'),
  );
  const count = Math.max(was!.length, is!.length);
  const lines = Array.from({ length: count }, (_, i) => ({ recorded: was![i], now: is![i] }));
  const index = lines.findIndex(({ recorded, now }) => !isSameLine(recorded, now));
  if (index !== -1) differences.push({ kind: 'output.stdout', line: index + 1, ...lines[index]! });
  if (return_code !== result.return_code) {
    const codes = { recorded: result.return_code, now: return_code };
    differences.push({ kind: 'output.return_code', ...codes });
  }
  // Other Pythons write other tracebacks for the same error.
  const errors = { recorded: lastLine(result.stderr), now: lastLine(stderr) };
  const failed = return_code !== 0 || result.return_code !== 0;
  if (failed && errors.recorded !== errors.now) {
    differences.push({ kind: 'output.error', ...errors });
  }
  return differences;
}

/** Folders of a container have names that are drawn. */
const DRAWN_NAME = /(?<=\/files\/(?:input|output)\/)[0-9a-f]{16}/g;

function isSameLine(recorded: string | undefined, now: string | undefined): boolean {
  return recorded?.replaceAll(DRAWN_NAME, '') === now?.replaceAll(DRAWN_NAME, '');
}

function lastLine(text: string): string {
  return text.trimEnd().split('\n').at(-1) ?? '';
}
