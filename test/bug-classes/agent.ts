/** An agent over plain `fetch` that does everything right, in habits of which each can be swapped for a wrong one. */
import { accumulate } from '../../src/protocol/accumulate.ts';
import type { JsonObject } from '../../src/protocol/json-object.ts';
import { readServerSentEvents } from '../../src/protocol/sse.ts';
import type { WireEvent } from '../../src/protocol/stream-events.ts';
import type { WireBlock } from '../../src/protocol/wire-blocks.ts';
import { type WireMessage, isWireMessage } from '../../src/protocol/wire-message.ts';

export type Block = WireBlock;

/** What an agent is given: whom to ask, what for, and with which tools. */
export interface Task {
  readonly fetch: typeof globalThis.fetch;
  readonly model: string;
  /** As a request declares them. */
  readonly tools: readonly object[];
  /** What the user says, one message a turn. */
  readonly prompts: readonly string[];
  readonly run: (name: string, input: JsonObject) => Promise<unknown>;
  /** Asks a person whether a tool may run. */
  readonly approve: (name: string) => Promise<boolean>;
}

/** What the agent knows in the middle of a conversation. */
export interface Known {
  readonly task: Task;
  readonly messages: { role: 'user' | 'assistant'; content: unknown }[];
  readonly responses: WireMessage[];
  /** Containers that are gone. */
  readonly lost: Set<string>;
  /** The response a thread goes on from, and how many messages it covers. */
  thread: { readonly id: string; readonly covers: number } | undefined;
}

/** A response that is no message: an error of the API, or a connection that broke. */
export class Problem extends Error {
  readonly status: number;
  /** How long to wait before the request is sent again, in milliseconds. */
  readonly retryAfter: number;

  constructor(status: number, message: string, retryAfter = 0) {
    super(message);
    this.status = status;
    this.retryAfter = retryAfter;
  }
}

export interface Usage {
  readonly input_tokens: number;
  readonly output_tokens: number;
}

/** How an agent goes about its work. */
export interface Habits {
  readonly stream: boolean;
  readonly headers: Readonly<Record<string, string>>;
  /** The container the next request names. */
  readonly container: (known: Known) => unknown;
  readonly tools: (known: Known) => readonly object[];
  /** Whatever else a request says. */
  readonly options: (known: Known) => JsonObject;
  readonly messages: (known: Known) => readonly unknown[];
  /** What it makes of the events of a stream before it adds them up. */
  readonly hears: (events: WireEvent[]) => WireEvent[];
  /** What it makes of a stream that broke off. */
  readonly cut: (partial: WireMessage | undefined) => WireMessage;
  /** What of a response it sends back; nothing for a block that it leaves out. */
  readonly keeps: (block: Block, message: WireMessage) => Block | undefined;
  /** Runs the tool of a call. */
  readonly runs: (call: Block, known: Known) => Promise<unknown>;
  /** What it sends as the content of a result. */
  readonly wording: (result: unknown) => unknown;
  /** The content of the message that answers a response. */
  readonly answers: (results: Block[], message: WireMessage) => readonly Block[];
  /** Whether a response is not the end of the turn. */
  readonly goesOn: (message: WireMessage, known: Known) => boolean;
  /** What it adds to the history before it sends a paused turn back. */
  readonly resumes: (known: Known) => void;
  /** Makes a problem good, so that it can ask again; throws what cannot be. */
  readonly mends: (problem: Problem, known: Known, attempt: number) => void | Promise<void>;
  /** How many tokens the responses of a conversation have cost. */
  readonly costs: (responses: readonly WireMessage[], key: keyof Usage) => number;
}

const ATTEMPTS = 3;
/** A tool gets so long: less than the 270 s for which code waits for it. */
const PATIENCE_MS = 240_000;

// #region correct
export const CORRECT: Habits = {
  stream: false,
  headers: {},
  container: ({ responses, lost }) => {
    const id = responses.map(containerOf).findLast((each) => each !== undefined);
    return id === undefined || lost.has(id) ? undefined : id;
  },
  tools: ({ task }) => task.tools,
  options: () => ({}),
  messages: ({ messages }) => messages,
  hears: (events) => events,
  cut: () => {
    throw new Problem(0, 'The stream broke off.');
  },
  keeps: (block) => block,
  runs: ({ name, input }, { task }) => within(PATIENCE_MS, task.run(String(name), Object(input))),
  wording: (result) => (typeof result === 'string' ? result : JSON.stringify(result)),
  answers: (results) => results,
  goesOn: ({ stop_reason }) => stop_reason === 'tool_use' || stop_reason === 'pause_turn',
  resumes: () => {},
  mends: async (problem, known, attempt) => {
    const container = CORRECT.container(known);
    if (/has expired/.test(problem.message) && typeof container === 'string' && !answers(known)) {
      known.lost.add(container);
    } else if (/No usable thread state/.test(problem.message)) {
      known.thread = undefined;
    } else if ((problem.status >= 400 && problem.status < 429) || attempt === ATTEMPTS) {
      throw problem;
    } else if (problem.retryAfter > 0) await sleep(problem.retryAfter);
  },
  costs: (responses, key) => responses.reduce((sum, { usage }) => sum + Number(usage[key] ?? 0), 0),
};
// #endregion

/** Holds a conversation, and says what it cost. Rejects when it cannot be brought to its end. */
export async function converse(habits: Habits, task: Task): Promise<{ usage: Usage }> {
  const known: Known = {
    task,
    messages: [],
    responses: [],
    lost: new Set(),
    thread: undefined,
  };
  for (const prompt of task.prompts) {
    known.messages.push({ role: 'user', content: prompt });
    let message: WireMessage;
    do {
      message = await ask(habits, known);
      known.responses.push(message);
      known.thread = { id: message.id, covers: known.messages.length + 1 };
      const content = message.content.flatMap((block) => habits.keeps(block, message) ?? []);
      known.messages.push({ role: 'assistant', content });
      await answer(habits, known, message);
    } while (habits.goesOn(message, known));
  }
  const tokens = (key: keyof Usage) => habits.costs(known.responses, key);
  return {
    usage: { input_tokens: tokens('input_tokens'), output_tokens: tokens('output_tokens') },
  };
}

/** Whether the next request answers calls: when the container is gone, so is the cell that waits for the answers. */
function answers({ messages }: Known): boolean {
  const { content } = messages.at(-1) ?? {};
  return Array.isArray(content) && content.some(({ type }) => type === 'tool_result');
}

/** Asks until there is an answer. */
async function ask(habits: Habits, known: Known): Promise<WireMessage> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await post(habits, known);
    } catch (error) {
      await habits.mends(
        error instanceof Problem ? error : new Problem(0, String(error)),
        known,
        attempt,
      );
    }
  }
}

async function post(habits: Habits, known: Known): Promise<WireMessage> {
  const response = await known.task.fetch('https://api.anthropic.com/v1/messages', {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-api-key': 'test', ...habits.headers },
    body: JSON.stringify({
      model: known.task.model,
      max_tokens: 4096,
      tools: habits.tools(known),
      container: habits.container(known),
      messages: habits.messages(known),
      ...(habits.stream && { stream: true }),
      ...habits.options(known),
    }),
  });
  if (!response.ok) {
    const retryAfter = Number(response.headers.get('retry-after-ms') ?? 0);
    throw new Problem(response.status, await response.text(), retryAfter);
  }
  if (!habits.stream) return messageIn(await response.json());
  const { text, isWhole } = await textOf(response);
  const events = readServerSentEvents(text).map(({ data }): WireEvent => JSON.parse(data));
  const { state, message } = accumulate(habits.hears(events));
  return state === 'complete' && isWhole ? message : habits.cut(message);
}

/** As much of a body as comes, in whole events. */
async function textOf(response: Response): Promise<{ text: string; isWhole: boolean }> {
  const decoder = new TextDecoder();
  let text = '';
  try {
    for await (const chunk of response.body!) text += decoder.decode(chunk, { stream: true });
    return { text, isWhole: true };
  } catch {
    return { text: text.slice(0, text.lastIndexOf('\n\n') + 2), isWhole: false };
  }
}

function messageIn(body: unknown): WireMessage {
  if (isWireMessage(body)) return body;
  throw new Problem(0, `This is no message: ${JSON.stringify(body)}`);
}

async function answer(habits: Habits, known: Known, message: WireMessage): Promise<void> {
  const results = await resultsOf(habits, known, message);
  if (results.length > 0) {
    known.messages.push({ role: 'user', content: habits.answers(results, message) });
  } else if (message['stop_reason'] === 'pause_turn') habits.resumes(known);
}

/** Runs the tools of all calls of a response at once. */
export async function resultsOf(
  habits: Habits,
  known: Known,
  { content }: WireMessage,
): Promise<Block[]> {
  const calls = content.filter(({ type }) => type === 'tool_use');
  return Promise.all(calls.map((call) => resultOf(habits, known, call)));
}

async function resultOf(habits: Habits, known: Known, call: Block): Promise<Block> {
  const result = { type: 'tool_result', tool_use_id: call['id'] };
  try {
    return { ...result, content: habits.wording(await habits.runs(call, known)) };
  } catch (error) {
    const content = error instanceof Error ? error.message : String(error);
    return { ...result, content, is_error: true };
  }
}

async function sleep(milliseconds: number): Promise<void> {
  await new Promise<void>((resolve) => {
    setTimeout(resolve, milliseconds);
  });
}

/** What a tool returns, or an error when it takes longer. */
async function within<T>(milliseconds: number, work: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('The tool takes too long.')), milliseconds);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** The id of the container a response was made in. */
export function containerOf({ container }: WireMessage): string | undefined {
  const { id } = (container ?? {}) as { id?: string };
  return id;
}
