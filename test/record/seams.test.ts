/** Our own server recorded through every seam, and played to the same client again. */
import Anthropic from '@anthropic-ai/sdk';
import { createRecorder, createReplay, type FakeApi, type Recorder } from 'callsheet';
import { recordingHandlers } from 'callsheet/msw';
import { type Server, startRecordingProxy, startServer } from 'callsheet/node';
import { recordingMiddleware } from 'callsheet/sdk';
import { setupServer } from 'msw/node';
import { describe, expect, test } from 'vitest';
import { EXCHANGES, failed, FAILURES, temporaryFolder, upstreamApi } from './harness.ts';

const KEY = 'sk-ant-api03-0123456789abcdefghij';

interface Seam {
  client: Anthropic;
  end(): Promise<void>;
}
const seams: [string, (recorder: Recorder, upstream: string) => Promise<Seam>][] = [
  [
    'SDK middleware',
    async (recorder, baseURL) => ({
      client: new Anthropic({
        maxRetries: 0,
        apiKey: KEY,
        baseURL,
        middleware: [recordingMiddleware(recorder)],
      }),
      end: async () => {},
    }),
  ],
  [
    'SDK fetch',
    async ({ fetch }, baseURL) => ({
      client: new Anthropic({ maxRetries: 0, apiKey: KEY, baseURL, fetch }),
      end: async () => {},
    }),
  ],
  [
    'MSW',
    async (recorder, origin) => {
      const server = setupServer(...recordingHandlers(recorder, { origin }));
      server.listen();
      return {
        client: new Anthropic({ maxRetries: 0, apiKey: KEY, baseURL: origin }),
        end: async () => server.close(),
      };
    },
  ],
  [
    'proxy',
    async (recorder, upstream) => {
      const proxy = await startRecordingProxy(recorder, { upstream });
      return {
        client: new Anthropic({ maxRetries: 0, apiKey: KEY, baseURL: proxy.url }),
        end: () => proxy.close(),
      };
    },
  ],
];

/** A server of a fake, and the bytes of the bodies it sent, by the ids of requests. */
async function serve(api: FakeApi): Promise<{ server: Server; sent: Map<string, Buffer> }> {
  const sent = new Map<string, Buffer>();
  const server = await startServer({
    async handle(request) {
      const response = await api.handle(request);
      const { headers, body } = response;
      const chunks = typeof body === 'string' ? [body] : body;
      sent.set(headers['request-id'] ?? '', Buffer.concat(chunks.map((each) => Buffer.from(each))));
      return response;
    },
  });
  return { server, sent };
}

/** What a client saw through a seam, and what was recorded of it. */
async function record(
  open: (recorder: Recorder, upstream: string) => Promise<Seam>,
  api: FakeApi,
  act: (client: Anthropic) => Promise<unknown>,
) {
  using folder = temporaryFolder();
  const { server, sent } = await serve(api);
  await using _ = server;
  const recorder = createRecorder(folder.path('a.yaml'));
  const seam = await open(recorder, server.url);
  const seen = await act(seam.client);
  await recorder.close();
  await seam.end();
  return { seen, sent, cassette: folder.read('a.yaml') };
}

describe.each(seams)('%s', (_, open) => {
  test.each(Object.entries(EXCHANGES))('%s: the client gets again what it got', async (_, act) => {
    await using api = upstreamApi();
    const { seen, sent, cassette } = await record(open, api, act);
    expect(JSON.stringify(cassette)).not.toContain(KEY);
    for (const { response, ended } of cassette.exchanges) {
      if (!response?.stream) continue;
      const bytes = sent.get(response.headers['request-id']!)!.toString();
      const { raw } = response.stream;
      expect(raw).toBe(ended ? bytes.slice(0, raw.length) : bytes);
    }
    const replay = createReplay(cassette);
    const client = new Anthropic({ apiKey: KEY, fetch: replay.fetch, maxRetries: 0 });
    expect(await act(client)).toEqual(seen);
    expect(replay.failures()).toEqual([]);
    expect(replay.differences).toEqual([]);
  });

  test.each(Object.entries(FAILURES))('%s: it fails again as it failed', async (_, faults) => {
    await using api = upstreamApi(faults);
    const { seen, cassette } = await record(open, api, failed);
    const replay = createReplay(cassette);
    const client = new Anthropic({ apiKey: KEY, fetch: replay.fetch, maxRetries: 0 });
    expect(await failed(client)).toEqual(seen);
    expect(replay.failures()).toEqual([]);
  });
});
