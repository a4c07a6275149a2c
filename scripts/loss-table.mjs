#!/usr/bin/env node
/**
 * What a recording of callsheet keeps of a paused, programmatic session: `npm run loss-table`. The rows are those on which
 * other recorders were compared. Exit code 1 when anything is lost. Runs on the built files.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Anthropic from '@anthropic-ai/sdk';
import {
  createFakeApi,
  createRecorder,
  createReplay,
  readCassette,
  scenario,
} from '../dist/index.js';
import { startRecordingProxy, startServer } from '../dist/node/index.js';

const KEY = 'sk-ant-api03-0123456789abcdefghij';
const CODE =
  'a = await get_price({"sku": "A"})\nb = await get_price({"sku": "B"})\nprint(int(a) + int(b))\n';
const script = scenario('prices', (claude) => {
  claude.onUser().says('Adding.').runs(CODE).says('Seven.');
});
const tools = [
  { type: 'code_execution_20260120', name: 'code_execution' },
  {
    name: 'get_price',
    input_schema: { type: 'object', properties: { sku: { type: 'string' } } },
    allowed_callers: ['code_execution_20260120'],
  },
];

/** An agent that holds the conversation to its end. Returns the messages it got. */
async function converse(client, stream, prompt = 'add the prices of A and B') {
  const messages = [{ role: 'user', content: prompt }];
  const seen = [];
  let container;
  for (;;) {
    const body = { model: 'claude-sonnet-4-6', max_tokens: 256, tools, messages, container };
    const message = stream
      ? await client.messages.stream(body).finalMessage()
      : await client.messages.create(body);
    seen.push(JSON.parse(JSON.stringify(message)));
    container = message.container?.id ?? container;
    messages.push({ role: 'assistant', content: message.content });
    const calls = message.content.filter(({ type }) => type === 'tool_use');
    if (calls.length === 0) return seen;
    const results = calls.map(({ id, input }) => ({
      type: 'tool_result',
      tool_use_id: id,
      content: input.sku === 'A' ? '3' : '4',
    }));
    messages.push({ role: 'user', content: results });
  }
}

const blocks = (type) => (message) => message.content.filter((block) => block.type === type);

async function rows(stream) {
  const folder = mkdtempSync(join(tmpdir(), 'callsheet-loss-'));
  try {
    const file = join(folder, 'a.yaml');
    const api = createFakeApi({ script });
    const server = await startServer(api);
    const recorder = createRecorder(file);
    const proxy = await startRecordingProxy(recorder, { upstream: server.url });
    const seen = await converse(new Anthropic({ apiKey: KEY, baseURL: proxy.url }), stream);
    await recorder.close();
    await proxy.close();
    await server.close();
    await api.dispose();
    const text = readFileSync(file, 'utf8');
    const play = (prompt) => {
      const { fetch } = createReplay(readCassette(text));
      return converse(new Anthropic({ apiKey: 'test', fetch, maxRetries: 0 }), stream, prompt);
    };
    const again = await play();
    const reworded = await play('add the prices of A and B, please').catch(() => []);
    const equal = (pick) => JSON.stringify(again.map(pick)) === JSON.stringify(seen.map(pick));
    const calls = blocks('tool_use');
    return {
      "`server_tool_use` with the cell's code": equal(blocks('server_tool_use')),
      '`caller` on programmatic calls': equal((each) => calls(each).map(({ caller }) => caller)),
      'arguments of programmatic calls': equal((each) => calls(each).map(({ input }) => input)),
      '`container`': equal(({ container }) => container),
      'second paused turn': again.length === 3 && equal(({ stop_reason }) => stop_reason),
      '`code_execution_tool_result`': equal(blocks('code_execution_tool_result')),
      usage: equal(({ usage }) => usage),
      'survives a one-word prompt change': reworded.length === 3,
      'no API key in the file': !text.includes(KEY),
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const [json, sse] = [await rows(false), await rows(true)];
console.log('| | callsheet JSON | callsheet SSE |\n| --- | --- | --- |');
const says = (isKept) => (isKept ? 'kept' : 'LOST');
for (const row of Object.keys(json))
  console.log(`| ${row} | ${says(json[row])} | ${says(sse[row])} |`);
const lost = [...Object.values(json), ...Object.values(sse)].filter((isKept) => !isKept).length;
console.log(`loss table: ${Object.keys(json).length} rows, ${lost} lost`);
process.exitCode = lost > 0 ? 1 : 0;
