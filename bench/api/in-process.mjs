// One contender, in a process of its own, so that an interceptor of one cannot slow another down. Each message from the
// parent asks for a round of calls of the SDK, one after the other, each a new conversation; the answer is the median in
// microseconds.
import Anthropic from '@anthropic-ai/sdk';
import { median } from './stats.mjs';
import { MESSAGE, requestBody, TEXT } from './texts.mjs';

const clients = {
  async stub() {
    const headers = { 'content-type': 'application/json' };
    return { fetch: async () => new Response(JSON.stringify(MESSAGE), { headers }) };
  },
  async callsheet() {
    const { createFakeApi, scenario } = await import('../../dist/index.js');
    const script = scenario('bench', (claude) => claude.onUser().says(TEXT));
    return { fetch: createFakeApi({ script }).fetch };
  },
  async msw() {
    const { http, HttpResponse } = await import('msw');
    const { setupServer } = await import('msw/node');
    const url = 'https://api.anthropic.com/v1/messages';
    setupServer(http.post(url, () => HttpResponse.json(MESSAGE))).listen({
      onUnhandledRequest: 'error',
    });
    return {};
  },
};

const options = await clients[process.argv[2]]();
const client = new Anthropic({ ...options, apiKey: 'key', maxRetries: 0 });
let n = 0;
const call = () => client.messages.create(requestBody(n++));

const { content, stop_reason } = await call();
if (content[0].text !== TEXT || stop_reason !== 'end_turn') throw new Error('A wrong answer.');
process.on('message', async ({ calls }) => {
  const times = [];
  for (let i = 0; i < calls; i++) {
    const began = performance.now();
    await call();
    times.push((performance.now() - began) * 1000);
  }
  process.send(median(times));
});
