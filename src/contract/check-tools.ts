import type { Sandbox } from '../protocol/sandbox.ts';
import type { TranscriptEvent } from '../transcript/events.ts';
import type { CheckedChange } from './checked-change.ts';
import type { SameResult } from './compare-results.ts';
import { compareTools } from './compare-tools.ts';
import type { ChangeKind } from './compare-schemas.ts';
import { extractTools, resultValue, type RecordedCall, type RecordedTool } from './extract.ts';
import { inferSchema } from './infer-schema.ts';
import type { LintFinding } from './lint-rules.ts';
import { lintTodaysTools } from './lint-todays-tools.ts';
import { placesOf, withSent, type NeededKeyInFile } from './places.ts';
import { resultsOf } from './recorded-answers.ts';
import {
  rerunRecording,
  type RecordedInFile,
  type RerunOptions,
  type RerunReport,
} from './rerun-recording.ts';
import { stableText } from './schema/json.ts';
import type { TodaysTool } from './todays-tools.ts';
import type { ToolContract } from './tool-contract.ts';

/** A transcript and the name of the file it is from. */
export interface Recording {
  readonly file: string;
  readonly transcript: Iterable<TranscriptEvent>;
  /** Headers of a request, to find stale values of `anthropic-beta`. Names are lower case. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

export interface CheckReport {
  /** The worst kind among the changes; `compatible` when there are none. */
  readonly kind: ChangeKind;
  readonly changes: readonly CheckedChange[];
  /** What is wrong with today's tools for calls from code. */
  readonly lint: readonly LintFinding[];
  /** What was not looked at, and why. */
  readonly skipped: readonly string[];
  /** Today's contracts of the tools that the recordings know, results inferred where nothing declares them. */
  readonly contracts: readonly ToolContract[];
  /** What the cells need of the results; known where cells were run again. */
  readonly needs: readonly NeededKeyInFile[];
}

export interface CheckOptions {
  /** What was agreed on, instead of what the recordings declare. By name of the tool. */
  readonly accepted?: ReadonlyMap<string, ToolContract> | undefined;
  /** What was found out earlier about the keys that cells need. */
  readonly needs?: readonly NeededKeyInFile[] | undefined;
  /** Where to run recorded cells again, with what today's tools return. They are called for that. Default: nowhere. */
  readonly sandbox?: Sandbox | undefined;
  /** Judges the values that today's tools return, where they are called. Default: their shape alone counts. */
  readonly sameResult?: SameResult | undefined;
  /** Told before the cells of a file are run again. */
  readonly onRerun?: ((file: string) => void) | undefined;
}

/** Holds today's tools to what recorded code relies on. */
export async function checkTools(
  recordings: readonly Recording[],
  today: readonly TodaysTool[],
  { accepted, needs = [], sandbox, sameResult, onRerun }: CheckOptions = {},
): Promise<CheckReport> {
  const recorded = recordings.map(({ file, transcript }) => ({
    file,
    transcript,
    ...extractTools(transcript),
  }));
  const tools = merge(recorded.flatMap((each) => each.tools));
  const rerun = sandbox && (await rerunAll(recorded, today, { sandbox, sameResult, onRerun }));
  const known = rerun ? [...rerun.needs, ...needs] : needs;
  const before = tools.map(({ contract }) => accepted?.get(contract.name) ?? contract);
  const contracts = today.map(({ contract }) => withResults(contract, rerun));
  const seen = new Map(tools.map((tool) => [tool.contract.name, seenValues(tool, rerun)]));
  const files = new Map(recorded.flatMap(({ file, cells }) => cells.map(({ id }) => [id, file])));
  const changes = [
    ...compareTools(before, contracts, { seen }).map((each) => {
      const change = withSent(each, { tools });
      return { ...change, places: placesOf(change, { tools, files, needs: known, contracts }) };
    }),
    ...(rerun?.changes ?? []),
  ];
  return {
    kind: worst(changes.map(({ kind }) => kind)),
    changes,
    lint: lintTodaysTools(today, recordings),
    skipped: rerun ? rerun.skipped : notRerun(recorded.flatMap(({ cells }) => cells.length)),
    contracts: contracts.filter(({ name }) => tools.some(({ contract }) => contract.name === name)),
    needs: known,
  };
}

const KINDS: readonly ChangeKind[] = ['breaking', 'unknown', 'compatible', 'cosmetic'];

function worst(kinds: readonly ChangeKind[]): ChangeKind {
  return KINDS.find((kind) => kinds.includes(kind)) ?? 'compatible';
}

function notRerun(cellsOf: readonly number[]): string[] {
  const cells = cellsOf.reduce((sum, count) => sum + count, 0);
  if (cells === 0) return [];
  return [
    `${cells} cell${cells === 1 ? ' was' : 's were'} not run again, and today's tools were not called: what they return is known by its schema alone`,
  ];
}

/** One entry a tool, with the calls of all recordings; the last definition counts. */
function merge(tools: readonly RecordedTool[]): RecordedTool[] {
  const byName = new Map<string, RecordedTool>();
  for (const { contract, calls } of tools) {
    const before = byName.get(contract.name);
    const all = [...(before?.calls ?? []), ...calls];
    const declared = contract.input.inferred ? (before?.contract ?? contract) : contract;
    byName.set(contract.name, { contract: reinferred(declared, all), calls: all });
  }
  return [...byName.values()];
}

/** The contract with what was inferred from some samples inferred from all of them. */
function reinferred(contract: ToolContract, calls: readonly RecordedCall[]): ToolContract {
  const results = resultsOf(calls);
  const { input, output } = contract;
  return {
    ...contract,
    ...(input.inferred && {
      input: { schema: inferSchema(calls.map((call) => call.input)), inferred: true },
    }),
    ...((!output || output.inferred) &&
      results.length > 0 && { output: { schema: inferSchema(results), inferred: true } }),
  };
}

async function rerunAll(
  recorded: readonly RecordedInFile[],
  today: readonly TodaysTool[],
  { onRerun, ...options }: RerunOptions & Pick<CheckOptions, 'onRerun'>,
): Promise<RerunReport> {
  const reports: RerunReport[] = [];
  for (const each of recorded) {
    onRerun?.(each.file);
    reports.push(await rerunRecording(each, today, options));
  }
  return {
    changes: reports.flatMap(({ changes }) => changes),
    needs: reports.flatMap(({ needs }) => needs),
    results: reports.flatMap(({ results }) => results),
    skipped: reports.flatMap(({ skipped }) => skipped),
  };
}

/** Where a tool does not declare its results, they are what it returned when it was called again. */
function withResults(contract: ToolContract, rerun: RerunReport | undefined): ToolContract {
  const results = todaysResults(contract.name, rerun);
  if (contract.output || results.length === 0) return contract;
  return { ...contract, output: { schema: inferSchema(results), inferred: true } };
}

function todaysResults(tool: string, rerun: RerunReport | undefined): unknown[] {
  const texts = (rerun?.results ?? []).flatMap((each) => (each.tool === tool ? [each.result] : []));
  return [...new Set(texts)].map(resultValue);
}

function seenValues(
  { contract, calls }: RecordedTool,
  rerun: RerunReport | undefined,
): { inputs: unknown[]; outputs: unknown[] } {
  const inputs = new Map(calls.map(({ input }) => [stableText(input), input]));
  return { inputs: [...inputs.values()], outputs: todaysResults(contract.name, rerun) };
}
