import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Anthropic from '@anthropic-ai/sdk';
import {
  createFakeApi,
  readCassette,
  type Cassette,
  type FakeApi,
  type Schedule,
  type Script,
} from 'callsheet';
import { createCannedSandbox } from '../support/canned-sandbox.ts';
import { says, runs } from '../support/conversation.ts';

/** What Claude does, by what the user says. */
const TURNS: Record<string, ReturnType<typeof says>[]> = {
  plain: [says('Hello. Écrit à 3 €.')],
  cell: [says('Fetching.'), runs('cell'), says('Done.')],
  parallel: [runs('parallel')],
  again: [says('Once more.')],
};
const script: Script = {
  answer: (message) =>
    TURNS[message] ? { turn: message } : { unexpected: `nobody scripted "${message}"` },
  next: ({ turns }) => {
    const turn = turns.at(-1);
    return (
      TURNS[turn?.scripted ?? '']?.[turn?.steps ?? 0] ?? { type: 'stop', stop_reason: 'end_turn' }
    );
  },
};

/** The API that is recorded: a fake whose cells do what is canned for them. */
export function upstreamApi(faults: Schedule['faults'] = []): FakeApi {
  const sandbox = createCannedSandbox({
    cell: [
      { calls: [{ key: '1', name: 'fetch_rows', input: { sku: 'A' }, line: 2 }] },
      { calls: [{ key: '2', name: 'fetch_rows', input: { sku: 'B' }, line: 3 }] },
      { stdout: '7\n' },
    ],
    parallel: [
      {
        calls: ['A', 'B', 'C'].map((sku) => ({
          key: sku,
          name: 'fetch_rows',
          input: { sku },
          line: 1,
        })),
      },
      { stdout: 'all\n' },
    ],
  });
  return createFakeApi({
    script,
    sandbox,
    stream: { deltaLength: 3, chunkBytes: [1, 40], padding: 15 },
    schedule: { faults },
  });
}

const tools: Anthropic.ToolUnion[] = [
  { type: 'code_execution_20260120', name: 'code_execution' },
  {
    name: 'fetch_rows',
    input_schema: { type: 'object' },
    allowed_callers: ['code_execution_20260120'],
  },
];
const request = { model: 'claude-sonnet-4-6', max_tokens: 1024, tools };

/** A conversation to its end, and everything that came back. Calls are answered with their argument. */
export async function chat(
  client: Anthropic,
  questions: readonly string[],
  { stream = false }: { stream?: boolean } = {},
): Promise<unknown[]> {
  const seen: unknown[] = [];
  const messages: Anthropic.MessageParam[] = [];
  let container: string | null = null;
  for (const content of questions) {
    messages.push({ role: 'user', content });
    for (;;) {
      const body = { ...request, messages, container };
      let message: Anthropic.Message;
      if (stream) {
        const events = client.messages.stream(body);
        events.on('streamEvent', (event) => seen.push(structuredClone(event)));
        message = await events.finalMessage();
        seen.push(events.request_id);
      } else {
        const { data, request_id } = await client.messages.create(body).withResponse();
        message = data;
        seen.push(request_id);
      }
      seen.push(JSON.parse(JSON.stringify(message)));
      messages.push({ role: 'assistant', content: message.content });
      container = message.container?.id ?? container;
      const calls = message.content.filter((block) => block.type === 'tool_use');
      if (calls.length === 0) break;
      const results = calls.map(({ id, input }) => ({
        type: 'tool_result' as const,
        tool_use_id: id,
        content: JSON.stringify(input),
      }));
      messages.push({ role: 'user', content: results });
    }
  }
  return seen;
}

/** A request the API refuses. */
export async function refused(client: Anthropic): Promise<unknown> {
  const results = [{ type: 'tool_result' as const, tool_use_id: 'toolu_01nobody', content: '' }];
  const messages = [{ role: 'user' as const, content: results }];
  const error = await client.messages.create({ ...request, messages }).catch((error) => error);
  return [error.status, error.message, error.requestID];
}

/** A stream the client breaks off after its first events. */
export async function aborted(client: Anthropic): Promise<unknown> {
  const messages = [{ role: 'user' as const, content: 'plain' }];
  const stream = await client.messages.create({ ...request, messages, stream: true });
  const seen: unknown[] = [];
  for await (const event of stream) {
    seen.push(event);
    if (event.type === 'content_block_delta') break;
  }
  return seen;
}

/** A request whose client goes away before anything came. */
export async function abandoned(client: Anthropic): Promise<unknown> {
  const gone = new AbortController();
  const messages = [{ role: 'user' as const, content: 'plain' }];
  const asked = client.messages
    .create({ ...request, messages, stream: true }, { signal: gone.signal })
    .asResponse();
  const response = await asked;
  const reader = response.body!.getReader();
  await reader.read();
  const pending = reader.read().then(() => reader.read());
  gone.abort();
  return pending.then(
    () => 'came',
    (error: Error) => error.name,
  );
}

/** What a client does, by its name, and everything that it gets to see. */
export const EXCHANGES: Record<string, (client: Anthropic) => Promise<unknown>> = {
  plain: (client) => chat(client, ['plain']),
  streamed: (client) => chat(client, ['plain', 'again'], { stream: true }),
  paused: (client) => chat(client, ['cell', 'again']),
  'paused, streamed': (client) => chat(client, ['cell', 'again'], { stream: true }),
  parallel: (client) => chat(client, ['parallel']),
  'parallel, streamed': (client) => chat(client, ['parallel'], { stream: true }),
  together: (client) =>
    Promise.all([chat(client, ['plain', 'again']), chat(client, ['parallel', 'again'])]),
  refused,
  aborted,
  abandoned,
};

/** What becomes of the first request, by its name. */
export const FAILURES: Record<string, Schedule['faults']> = {
  overloaded: [{ on: 'request', nth: 1, error: 'overloaded_error' }],
  lost: [{ on: 'request', nth: 1, response: 'lost' }],
  cut: [{ on: 'request', nth: 1, response: 'cut' }],
  truncated: [{ on: 'request', nth: 1, response: 'truncated' }],
  malformed: [{ on: 'request', nth: 1, response: 'malformed' }],
};

/** A conversation whose first response fails, as its client sees it. */
export async function failed(client: Anthropic): Promise<unknown> {
  const outcomes: unknown[] = [];
  for (const stream of [false, true]) {
    outcomes.push(
      await chat(client, ['plain'], { stream }).catch((error: Error & { status?: number }) => [
        error.constructor.name,
        error.message,
        error.status,
      ]),
    );
  }
  return outcomes;
}

export interface Folder {
  path(name: string): string;
  read(name: string): Cassette;
  [Symbol.dispose](): void;
}

export function temporaryFolder(): Folder {
  const folder = mkdtempSync(join(tmpdir(), 'callsheet-record-'));
  const path = (name: string) => join(folder, name);
  return {
    path,
    read: (name) => readCassette(readFileSync(path(name), 'utf8'), { file: name }),
    [Symbol.dispose]: () => rmSync(folder, { recursive: true }),
  };
}
