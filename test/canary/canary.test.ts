/** The fake held against an API: our own server, as it is and with deviations planted in it. */
import { createFakeApi, REQUIREMENTS } from 'callsheet';
import { expect, test } from 'vitest';
import { runCanary } from '../../src/canary/canary.ts';
import { encodeEvent, eventsToMessage, messageToEvents } from '../../src/protocol/stream.ts';
import { readServerSentEvents } from '../../src/protocol/sse.ts';
import { everything, refused, short } from './scenario.ts';

const upstream = { baseURL: 'https://api.example', apiKey: 'sk-ant-api03-0123456789' };

test.each([false, true])('our own server does not deviate (streamed: %s)', async (stream) => {
  await using api = createFakeApi({ script: everything });
  const report = await runCanary(everything, { ...upstream, fetch: api.fetch, stream });
  expect(report.deviations).toEqual([]);
  expect(report.exchanges).toBe(8);
  await using refusing = createFakeApi({ script: refused });
  const same = await runCanary(refused, { ...upstream, fetch: refusing.fetch, stream });
  expect(same).toMatchObject({ deviations: [], exchanges: 1 });
});

type Block = Record<string, any>;
interface Planted {
  /** Default: the short one. */
  readonly scenario?: typeof everything;
  /** The row that the deviation speaks against. */
  readonly requirement: string;
  /** What is done to messages. */
  readonly message?: (message: Block, n: number) => void;
  /** What is done to the text of streams. */
  readonly stream?: (text: string, n: number) => string;
  /** What it says its responses are. */
  readonly contentType?: string;
  /** What comes instead of the response. */
  readonly response?: (n: number) => Response | undefined;
}

/** An API whose nth response, from 1, is changed on its way. */
function planting(fetch: typeof globalThis.fetch, planted: Planted): typeof globalThis.fetch {
  let n = 0;
  return async (input, init) => {
    const other = planted.response?.(n + 1);
    n++;
    if (other) return other;
    const response = await fetch(input, init);
    let text = await response.text();
    if (planted.stream) text = planted.stream(text, n);
    else if (planted.message && response.status === 200) {
      const message = JSON.parse(text);
      planted.message(message, n);
      text = JSON.stringify(message);
    }
    const headers = new Headers(response.headers);
    if (planted.contentType !== undefined) headers.set('content-type', planted.contentType);
    return new Response(text, { status: response.status, headers });
  };
}

const blocks = (message: Block, type: string): Block[] =>
  message['content'].filter((block: Block) => block['type'] === type);
const onlyIn =
  (wanted: number, change: (message: Block) => void) => (message: Block, n: number) => {
    if (n === wanted) change(message);
  };

const PLANTED: readonly Planted[] = [
  {
    requirement: 'response.caller',
    message: (message) => blocks(message, 'tool_use').forEach((block) => delete block['caller']),
  },
  {
    requirement: 'response.caller',
    message: onlyIn(1, (message) => {
      blocks(message, 'server_tool_use').forEach((block) => (block['caller'] = { type: 'direct' }));
    }),
  },
  { requirement: 'response.keys', message: (message) => (message['queued_at'] = null) },
  { requirement: 'response.stop_reasons', message: (message) => delete message['stop_details'] },
  { requirement: 'response.ids', message: onlyIn(3, (message) => (message['id'] = 'msg_1')) },
  { requirement: 'usage.passes', message: (message) => delete message['usage'].service_tier },
  {
    requirement: 'result.shape',
    message: (message) =>
      blocks(message, 'code_execution_tool_result').forEach(
        ({ content }) => delete content['abort_reason'],
      ),
  },
  {
    requirement: 'container.expires_at',
    message: (message) => {
      const { container } = message;
      if (container) container.expires_at = container.expires_at.replace(/\.\d+/, '');
    },
  },
  {
    requirement: 'container.expires_at',
    message: onlyIn(2, ({ container }) => {
      container.expires_at = new Date(Date.parse(container.expires_at) + 3_300_000)
        .toISOString()
        .replace('Z', '000Z');
    }),
  },
  {
    requirement: 'container.identity',
    message: onlyIn(3, ({ container }) => (container.id = 'container_011CWHPPTDTn1XufeRB9uHeH')),
  },
  {
    requirement: 'response.container_on_completion',
    message: onlyIn(3, (message) => delete message['container']),
  },
  {
    requirement: 'response.paused',
    message: onlyIn(2, ({ content }) => content.unshift({ type: 'text', text: 'Hm.' })),
  },
  {
    requirement: 'response.completed',
    message: onlyIn(3, (message) => (message['content'] = message['content'].toReversed())),
  },
  {
    scenario: everything,
    requirement: 'response.thinking',
    message: (message) =>
      blocks(message, 'thinking').forEach((block) => (block['summary'] = 'Hm.')),
  },
  {
    scenario: everything,
    requirement: 'command.bash_result',
    message: (message) =>
      blocks(message, 'bash_code_execution_tool_result').forEach(
        ({ content }) => (content['abort_reason'] = null),
      ),
  },
  {
    scenario: everything,
    requirement: 'command.edit_error',
    message: (message) =>
      blocks(message, 'text_editor_code_execution_tool_result').forEach(
        ({ content }) => delete content['error_message'],
      ),
  },
  {
    scenario: everything,
    requirement: 'web.encrypted',
    message: (message) =>
      blocks(message, 'code_execution_tool_result').forEach(({ content }) => {
        if ('encrypted_stdout' in content) content['abort_reason'] = null;
      }),
  },
  {
    requirement: 'stream.resumed',
    stream: (text, n) => {
      if (n !== 2) return text;
      const message = eventsToMessage(
        readServerSentEvents(text).map(({ data }) => JSON.parse(data)),
      );
      return messageToEvents(message, { form: 'sampled' })
        .map((event) => encodeEvent(event))
        .join('');
    },
  },
  {
    requirement: 'stream.sampled',
    stream: (text, n) => (n === 1 ? text.replace(/,"container":\{[^}]*\}/, '') : text),
  },
  { requirement: 'stream.sampled', stream: () => '<html></html>' },
  { requirement: 'stream.ping', stream: (text) => text.replaceAll(/event: ping\n.*\n\n/g, '') },
  {
    requirement: 'stream.mid_error',
    stream: (text, n) =>
      n === 3
        ? `${text.split('event: content_block_stop')[0]}event: error\ndata: {"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}\n\n`
        : text,
  },
  {
    scenario: refused,
    requirement: 'stream.errors_are_json',
    stream: (text) => text,
    contentType: 'text/event-stream',
  },
  {
    scenario: refused,
    requirement: 'tool.circular_ref',
    stream: (text) => text.replace('Circular', 'Recursive'),
  },
  { requirement: 'request.schema', response: refusing(2, 'container: Extra inputs') },
];

function refusing(at: number, message: string): (n: number) => Response | undefined {
  const error = { type: 'invalid_request_error', message };
  const body = { type: 'error', error, request_id: 'req_011CWHPPTDTn1XufeRB9uHeH' };
  const headers = { 'request-id': body.request_id };
  return (n) => (n === at ? Response.json(body, { status: 400, headers }) : undefined);
}

test.each(PLANTED)('planted: $requirement', async ({ requirement, ...planted }) => {
  const { scenario = short } = planted;
  await using api = createFakeApi({ script: scenario });
  const fetch = planting(api.fetch, { requirement, ...planted });
  const stream = planted.stream !== undefined;
  const { deviations } = await runCanary(scenario, { ...upstream, fetch, stream });
  // What comes after the first exchange that deviates may follow from it: the API does not know what was planted.
  const first = deviations.filter(({ exchange }) => exchange === deviations[0]?.exchange);
  expect([...new Set(first.map((each) => each.requirement))]).toEqual([requirement]);
  expect(REQUIREMENTS).toHaveProperty([requirement]);
});
