import type { JsonObject } from '../protocol/json-object.ts';
import type { CallView, CellView } from '../protocol/session-view.ts';
import { isJsonObject } from '../protocol/wire-message.ts';
import type { TranscriptEvent } from '../transcript/events.ts';
import { foldSessions } from '../transcript/fold.ts';
import { inferSchema } from './infer-schema.ts';
import { readTools, type ToolCaller, type ToolContract } from './tool-contract.ts';

/** What a transcript says of the client's tools. */
export interface RecordedTools {
  readonly tools: readonly RecordedTool[];
  /** Cells whose code called tools or that others of their container may need, in the order in which they began. */
  readonly cells: readonly RecordedCell[];
}

/** A tool as it was declared and used. */
export interface RecordedTool {
  /** As the last request declared it; inferred from what was seen where no request was kept. */
  readonly contract: ToolContract;
  readonly calls: readonly RecordedCall[];
}

export interface RecordedCall {
  readonly tool: string;
  readonly input: JsonObject;
  /** The result as text, where it was no error. */
  readonly result?: string | undefined;
  /** The text of the error it ended with instead. */
  readonly error?: string | undefined;
  /** The cell that made the call; absent for a call by Claude itself. */
  readonly cell?: RecordedCell | undefined;
  /** Line of that cell's code, from 1, as far as it can be told. */
  readonly line?: number | undefined;
}

export interface RecordedCell extends Pick<CellView, 'id' | 'code' | 'container' | 'calls'> {
  readonly session: string;
  /** Absent when the recording ends before the cell did. */
  readonly result?: CellView['result'];
}

/** Who called which tool how, and what it returned, from a transcript: of the fake, or of a cassette. */
export function extractTools(transcript: Iterable<TranscriptEvent>): RecordedTools {
  const events = [...transcript];
  const cells: RecordedCell[] = [];
  const calls: RecordedCall[] = [];
  for (const { key, turns } of foldSessions(events)) {
    for (const turn of turns) {
      calls.push(...turn.calls.map((call) => recordedCall(call)));
      for (const cell of turn.cells) {
        const recorded = { ...cell, session: key };
        cells.push(recorded);
        calls.push(...cell.calls.map((call) => recordedCall(call, recorded)));
      }
    }
  }
  const declared = declaredTools(events);
  const names = new Set([...declared.keys(), ...calls.map(({ tool }) => tool)]);
  const tools = [...names].map((name) => {
    const own = calls.filter(({ tool }) => tool === name);
    return { contract: withSamples(name, declared.get(name), own), calls: own };
  });
  return { tools, cells };
}

/** A result as code sees it after `json.loads`; text that is no JSON stays text. */
export function resultValue(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function declaredTools(events: readonly TranscriptEvent[]): Map<string, ToolContract> {
  const declared = new Map<string, ToolContract>();
  for (const event of events) {
    if (event.type !== 'request.received' || !isJsonObject(event.body)) continue;
    for (const tool of readTools(event.body['tools'])) declared.set(tool.name, tool);
  }
  return declared;
}

function withSamples(
  name: string,
  declared: ToolContract | undefined,
  calls: readonly RecordedCall[],
): ToolContract {
  const inputs = calls.map(({ input }) => input);
  const results = calls.flatMap(({ result }) =>
    result === undefined ? [] : [resultValue(result)],
  );
  const callers = calls.map(({ cell }): ToolCaller => (cell ? 'code' : 'direct'));
  const contract = declared ?? {
    name,
    input: { schema: inferSchema(inputs), inferred: true },
    callers: [...new Set(callers)],
  };
  if (contract.output || results.length === 0) return contract;
  return { ...contract, output: { schema: inferSchema(results), inferred: true } };
}

function recordedCall({ name, input, answer, line }: CallView, cell?: RecordedCell): RecordedCall {
  return {
    tool: name,
    input,
    ...(answer && { [answer.is_error ? 'error' : 'result']: answer.content }),
    ...(cell && { cell, line: line ?? lineOf(name, input, cell) }),
  };
}

/**
 * The line of a call that the recording does not tell: the only one that calls the tool, or the only one of those that
 * has all the words of the arguments.
 */
function lineOf(tool: string, input: JsonObject, { code }: RecordedCell): number | undefined {
  const call = new RegExp(String.raw`\b${tool}\s*\(`);
  const words = Object.values(input).filter((value) => typeof value === 'string');
  const calling = code
    .split('\n')
    .flatMap((text, index) => (call.test(text) ? [{ text, line: index + 1 }] : []));
  const naming = calling.filter(({ text }) => words.every((word) => text.includes(word)));
  const [only, ...others] = naming.length > 0 ? naming : calling;
  return others.length === 0 ? only?.line : undefined;
}
