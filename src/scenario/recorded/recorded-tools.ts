import * as z from 'zod';
import { JsonObject } from '../../protocol/json-object.ts';
import type { EventOf, TranscriptEvent } from '../../transcript/events.ts';
import { type AnswerData, CODE_EXECUTION, type ToolData } from '../data/tool-data.ts';

/** A recording does not say what a tool answers. */
export class AnswersUnknownError extends Error {
  override readonly name: string = 'AnswersUnknownError';
  readonly code = 'answers.unknown';
  readonly tool: string;

  constructor(tool: string) {
    super(`the recording holds no answer of the tool "${tool}", which is called in it`);
    this.tool = tool;
  }
}

/** As much of a request as declares tools. */
const Request = z.object({
  tools: z.array(z.unknown()).optional(),
});

const Declaration = z.object({
  type: z.literal('custom').optional(),
  name: z.string(),
  description: z.string().optional(),
  input_schema: z.looseObject({ type: z.literal('object') }),
  allowed_callers: z.array(z.string()).optional(),
});
type Declaration = z.infer<typeof Declaration>;

interface Answered {
  readonly input: JsonObject;
  readonly answer?: EventOf<'call.answered'> | undefined;
}

/**
 * The client's tools as the requests of a transcript declare them, each with what it answered. A call that was not
 * answered any more gets the last answer of its tool, and `remark` is told. Throws an `AnswersUnknownError` when there is
 * none.
 */
export function recordedTools(
  events: readonly TranscriptEvent[],
  remark: (what: string) => void,
): Record<string, ToolData> {
  const declared = declaredTools(events);
  const calls = answeredCalls(events);
  const names = new Set([...declared.keys(), ...calls.keys()]);
  return Object.fromEntries(
    [...names].map((name) => {
      const { description, input_schema, allowed_callers = ['direct'] } = declared.get(name) ?? {};
      const callers = allowed_callers.map((caller) =>
        caller === 'direct' ? caller : CODE_EXECUTION,
      );
      const data: ToolData = {
        ...(description !== undefined && { description }),
        ...(input_schema && { input_schema }),
        // Code alone may call a tool that says nothing in a scenario.
        ...(declared.has(name) && callers.includes('direct') && { allowed_callers: callers }),
        ...answers(name, calls.get(name) ?? [], remark),
      };
      return [name, data];
    }),
  );
}

function declaredTools(events: readonly TranscriptEvent[]): Map<string, Declaration> {
  const declared = new Map<string, Declaration>();
  for (const event of events) {
    if (event.type !== 'request.received') continue;
    for (const tool of Request.safeParse(event.body).data?.tools ?? []) {
      const { data } = Declaration.safeParse(tool);
      if (data) declared.set(data.name, data);
    }
  }
  return declared;
}

function answeredCalls(events: readonly TranscriptEvent[]): Map<string, Answered[]> {
  const answers = new Map(
    events.flatMap((event) => (event.type === 'call.answered' ? [[event.call, event]] : [])),
  );
  const calls = new Map<string, Answered[]>();
  for (const event of events) {
    if (event.type !== 'call.made') continue;
    const { call, name, input } = event;
    calls.set(name, [...(calls.get(name) ?? []), { input, answer: answers.get(call) }]);
  }
  return calls;
}

/** The answers of a tool in the shortest form: one for all calls, one for each input, or a sequence. */
function answers(
  tool: string,
  calls: readonly Answered[],
  remark: (what: string) => void,
): Pick<ToolData, 'returns' | 'throws' | 'answers'> {
  const given = calls.flatMap(({ input, answer }) =>
    answer ? [{ input, is: answerData(answer) }] : [],
  );
  const last = given.at(-1)?.is;
  if (!last) {
    if (calls.length > 0) throw new AnswersUnknownError(tool);
    return { throws: 'this tool was not called when the session was recorded' };
  }
  if (given.every(({ is }) => same(is, last))) return last;
  const known = given.filter(
    (one, i) =>
      !given.slice(0, i).some((other) => same([other.input, other.is], [one.input, one.is])),
  );
  const isByInput = known.every((one) =>
    known.every((other) => one === other || !same(one.input, other.input)),
  );
  const list: AnswerData[] = isByInput
    ? known.map(({ input, is }) => ({ with: input, ...is }))
    : given.map(({ input, is }) => ({ with: input, times: 1, ...is }));
  if (calls.every(({ answer }) => answer)) return { answers: list };
  remark(`what "${tool}" answered to every call: the last answer is that of the others`);
  return { answers: [...list, last] };
}

type Given = { readonly returns: z.core.util.JSONType } | { readonly throws: string };

function answerData({ content, is_error }: EventOf<'call.answered'>): Given {
  return is_error ? { throws: content } : { returns: shortest(content) };
}

/** JSON as the value it is, where it is written again as the same text. */
function shortest(content: string): z.core.util.JSONType {
  try {
    const value: z.core.util.JSONType = JSON.parse(content);
    return typeof value !== 'string' && JSON.stringify(value) === content ? value : content;
  } catch {
    return content;
  }
}

function same(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
