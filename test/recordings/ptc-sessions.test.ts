/** Recorded programmatic sessions, played again: the same conversation must give the same responses. */
import { existsSync, readFileSync } from 'node:fs';
import { assertToolCalls, call, createFakeApi, scenario } from 'callsheet';
import { expect, test, type TestContext } from 'vitest';
import { eventsToMessage, type StreamEvent } from '../../src/protocol/stream.ts';

const RECORDINGS = new URL('../../../shared/recordings/', import.meta.url);
const STREAMED = 'vercel-ai/anthropic-programmatic-tool-calling.1.chunks.txt';
const PLAIN = 'anthropic-sdk-python/TestSyncRunTools-092be1de.json';

interface Block {
  type: string;
  id: string;
  name: string;
  text: string;
  input: any;
  caller: { type: string; tool_id?: string };
  tool_use_id: string;
  content: { type: string; stdout: string; stderr: string; return_code: number };
}
interface Message {
  model: string;
  content: Block[];
  stop_reason: string;
  container?: { id: string };
}

function readRecording(name: string, context: TestContext): string {
  const file = new URL(name, RECORDINGS);
  if (!existsSync(file)) context.skip(`the recording ${name} is not here`);
  return readFileSync(file, 'utf8');
}

/** What must be equal: everything but ids, times, usage and the older wire form. */
function essence({ model, content, stop_reason }: Message): unknown {
  return {
    model,
    stop_reason,
    content: content.map(({ type, text, name, input, caller, content: result }) => {
      if (type === 'text') return { type, text };
      if (type === 'server_tool_use') return { type, name, input };
      if (type === 'tool_use') return { type, name, input, caller: caller.type };
      const { stdout, stderr, return_code } = result;
      return { type, stdout, stderr, return_code };
    }),
  };
}

/** Every call names the cell that made it, and every result the cell it belongs to. */
function expectLinked(messages: readonly Message[]): void {
  const blocks = messages.flatMap(({ content }) => content);
  const cells = new Set(
    blocks.filter(({ type }) => type === 'server_tool_use').map(({ id }) => id),
  );
  for (const { type, caller, tool_use_id } of blocks) {
    if (type === 'tool_use') expect(cells).toContain(caller.tool_id);
    if (type === 'code_execution_tool_result') expect(cells).toContain(tool_use_id);
  }
}

const callsOf = (messages: readonly Message[]): Block[] =>
  messages.flatMap(({ content }) => content.filter(({ type }) => type === 'tool_use'));

test('the streamed session of December 2025 plays again, response by response', async (context) => {
  const events = readRecording(STREAMED, context)
    .trim()
    .split('\n')
    .map((line): StreamEvent => JSON.parse(line));
  const streams = splitStreams(events);
  const recorded = streams.map((stream) => eventsToMessage(stream) as unknown as Message);
  const [text, cell] = recorded[0]!.content;
  const [result, summary] = recorded.at(-1)!.content;
  const rolls = [...result!.content.stdout.matchAll(/rolls: (\d)/g)].map((match) => match[1]!);

  const game = scenario('dice game', (claude) => {
    claude.onUser().says(text!.text).runs(cell!.input.code).says(summary!.text);
  });
  await using api = createFakeApi({ script: game });
  const body = {
    model: recorded[0]!.model,
    max_tokens: 4096,
    stream: true,
    tools: [
      { type: 'code_execution_20250825', name: 'code_execution' },
      {
        name: 'rollDie',
        input_schema: { type: 'object' },
        allowed_callers: ['code_execution_20250825'],
      },
    ],
  };
  const messages: object[] = [{ role: 'user', content: 'Play.' }];
  const played: Message[] = [];
  const kinds: string[] = [];
  let container: string | undefined;
  for (;;) {
    const response = await api.fetch('https://api.anthropic.com/v1/messages', {
      method: 'POST',
      body: JSON.stringify({ ...body, messages, container }),
    });
    const stream = dataOf(await response.text());
    const message = eventsToMessage(stream) as unknown as Message;
    played.push(message);
    kinds.push(eventTypes(stream));
    if (message.stop_reason !== 'tool_use') break;
    container = message.container?.id;
    const answers = message.content
      .filter(({ type }) => type === 'tool_use')
      .map(({ id }) => ({ type: 'tool_result', tool_use_id: id, content: rolls.shift() }));
    messages.push({ role: 'assistant', content: message.content });
    messages.push({ role: 'user', content: answers });
  }

  expect(played).toHaveLength(15);
  expect(played.map(essence)).toEqual(recorded.map(essence));
  expect(kinds).toEqual(streams.map(eventTypes));
  expectLinked(played);
  assertToolCalls(
    api.transcript,
    callsOf(recorded).map(({ name, input }) => call(name, input)),
  );
});

test('the session of February 2026 plays again up to its second pause', async (context) => {
  const exchanges: { request: { body: any }; response: { body: Message } }[] = JSON.parse(
    readRecording(PLAIN, context),
  );
  const recorded = exchanges.map(({ response }) => response.body);
  const [text, cell] = recorded[0]!.content;
  const weather = scenario('weather', (claude) => {
    claude.onUser().says(text!.text).runs(cell!.input.code);
  });
  await using api = createFakeApi({ script: weather });

  const played: Message[] = [];
  for (const { request } of exchanges) {
    const answered = JSON.parse(
      renamed(JSON.stringify(request.body), recorded.slice(0, played.length), played),
    );
    const response = await api.fetch('https://api.anthropic.com/v1/messages?beta=true', {
      method: 'POST',
      body: JSON.stringify({ ...answered, model: recorded[0]!.model }),
    });
    expect(response.status).toBe(200);
    played.push((await response.json()) as Message);
  }
  expect(played.map(essence)).toEqual(recorded.map(essence));
  expect(played.every(({ container }) => container)).toBe(true);
  expectLinked(played);
});

/** A recorded request as this run's client would send it: with this run's ids. */
function renamed(json: string, from: readonly Message[], to: readonly Message[]): string {
  const ids = (message: Message): string[] => [
    ...message.content.flatMap(({ id }) => id ?? []),
    message.container!.id,
  ];
  const mine = to.flatMap(ids);
  return from.flatMap(ids).reduce((text, id, i) => text.replaceAll(id, mine[i]!), json);
}

/** Splits a file of several streams, one after the other. */
function splitStreams(events: readonly StreamEvent[]): StreamEvent[][] {
  const streams: StreamEvent[][] = [];
  for (const event of events) {
    if (event.type === 'message_start') streams.push([]);
    streams.at(-1)?.push(event);
  }
  return streams;
}

/** The types of a stream's events, runs of deltas as one, pings aside. */
function eventTypes(stream: readonly StreamEvent[]): string {
  const types = stream.map(({ type }) => type).filter((type) => type !== 'ping');
  return types.filter((type, i) => type !== types[i - 1]).join(' ');
}

function dataOf(text: string): StreamEvent[] {
  const lines = text.split('\n').filter((line) => line.startsWith('data: '));
  return lines.map((line) => JSON.parse(line.slice('data: '.length)));
}
