/** Our own server recorded through every seam, and played to the same client again. */
import Anthropic from '@anthropic-ai/sdk';
import { createRecorder, createReplay, type Recorder } from 'callsheet';
import { recordingHandlers } from 'callsheet/msw';
import { startRecordingProxy, startServer } from 'callsheet/node';
import { recordingMiddleware } from 'callsheet/sdk';
import { setupServer } from 'msw/node';
import { expect, test } from 'vitest';
import { doEverything, temporaryFolder, upstreamApi } from './harness.ts';

const KEY = 'sk-ant-api03-0123456789abcdefghij';

interface Seam {
  client: Anthropic;
  end(): Promise<void>;
}
const seams: [string, (recorder: Recorder, upstream: string) => Promise<Seam>][] = [
  [
    'SDK middleware',
    async (recorder, baseURL) => ({
      client: new Anthropic({ apiKey: KEY, baseURL, middleware: [recordingMiddleware(recorder)] }),
      end: async () => {},
    }),
  ],
  [
    'SDK fetch',
    async ({ fetch }, baseURL) => ({
      client: new Anthropic({ apiKey: KEY, baseURL, fetch }),
      end: async () => {},
    }),
  ],
  [
    'MSW',
    async (recorder, origin) => {
      const server = setupServer(...recordingHandlers(recorder, { origin }));
      server.listen();
      return {
        client: new Anthropic({ apiKey: KEY, baseURL: origin }),
        end: async () => server.close(),
      };
    },
  ],
  [
    'proxy',
    async (recorder, upstream) => {
      const proxy = await startRecordingProxy(recorder, { upstream });
      return {
        client: new Anthropic({ apiKey: KEY, baseURL: proxy.url }),
        end: () => proxy.close(),
      };
    },
  ],
];

test.each(seams)('%s: what was recorded is what the client gets again', async (_, open) => {
  using folder = temporaryFolder();
  await using api = upstreamApi();
  await using server = await startServer(api);
  const recorder = createRecorder(folder.path('a.yaml'));
  const seam = await open(recorder, server.url);
  const recorded = await doEverything(seam.client);
  await recorder.close();
  await seam.end();

  const cassette = folder.read('a.yaml');
  expect(JSON.stringify(cassette)).not.toContain(KEY);
  const replay = createReplay(cassette);
  const client = new Anthropic({ apiKey: KEY, fetch: replay.fetch, maxRetries: 0 });
  expect(await doEverything(client)).toEqual(recorded);
  expect(replay.failures()).toEqual([]);
  expect(replay.differences).toEqual([]);
});
