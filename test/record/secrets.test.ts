/** Whatever the session: no secret is ever on disk, and what was recorded answers the same client, cut anyhow. */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { createRecorder, createReplay, readCassette } from 'callsheet';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { encodeEvent, messageToEvents } from '../../src/protocol/stream.ts';
import { second } from '../support/recorded-session.ts';
import { temporaryFolder } from './harness.ts';

const RUNS = Number(process.env['REDACTION_RUNS'] ?? 40);

const word = fc.stringMatching(/^[A-Za-z0-9]{12,20}$/);
const secret = fc.oneof(
  word.map((tail) => `sk-ant-${tail}`),
  word.map((tail) => `glpat-${tail}`),
  word.map((name) => `${name}@example.org`),
  fc.tuple(word, word).map(([a, b]) => `eyJ${a}.eyJ${b}.${a}`),
  // Registered: it looks like nothing.
  fc
    .string({
      unit: fc.constantFrom(...Array.from('"\\/üab XY01{}:,')),
      minLength: 8,
      maxLength: 20,
    })
    .filter((text) => /[a-zA-Z0-9]{4}/.test(text) && text.trim() === text),
);

interface Said {
  readonly secret: string;
  readonly before: string;
  readonly asJson: number;
  readonly deltaLength: number;
  readonly isStream: boolean;
  readonly chunk: number;
}
const said: fc.Arbitrary<Said> = fc.record({
  secret,
  before: fc.string({ unit: fc.constantFrom(...Array.from('"\\ ü😀.,{')), maxLength: 5 }),
  asJson: fc.nat({ max: 2 }),
  deltaLength: fc.integer({ min: 1, max: 9 }),
  isStream: fc.boolean(),
  chunk: fc.integer({ min: 1, max: 60 }),
});

function textOf({ secret, before, asJson }: Said): string {
  let text = `${before} ${secret} .`;
  for (let i = 0; i < asJson; i++) text = JSON.stringify({ note: text });
  return text;
}

/** An answer that has the text in a text and in the input of a call, in pieces of any size. */
function answer(each: Said, id: string): Response {
  const text = textOf(each);
  const call = { type: 'tool_use', id: `toolu_${id}`, name: 'send', input: { text, [text]: 1 } };
  const message = { ...second, id: `msg_${id}`, content: [{ type: 'text', text }, call] };
  const events = messageToEvents(message, { form: 'sampled', deltaLength: each.deltaLength });
  const body = each.isStream
    ? events.map((event) => encodeEvent(event)).join('')
    : JSON.stringify(message);
  const bytes = new TextEncoder().encode(body);
  let done = 0;
  const stream = new ReadableStream<Uint8Array>({
    pull(controller) {
      if (done >= bytes.length) controller.close();
      else controller.enqueue(bytes.slice(done, (done += each.chunk)));
    },
  });
  const type = each.isStream ? 'text/event-stream' : 'application/json';
  return new Response(stream, { headers: { 'content-type': type, note: encodeURI(each.secret) } });
}

async function ask(fetch: typeof globalThis.fetch, each: Said, position: number): Promise<string> {
  const response = await fetch('https://api.anthropic.com/v1/messages', {
    method: 'POST',
    headers: { 'x-api-key': 'sk-ant-api03-0123456789abcdef', 'anthropic-version': '2023-06-01' },
    body: JSON.stringify({
      model: 'claude-sonnet-4-6',
      max_tokens: 1,
      stream: each.isStream,
      metadata: { user_id: each.secret },
      system: `session ${position}`,
      messages: [{ role: 'user', content: `${position} ${textOf(each)}` }],
    }),
  });
  expect(response.status).toBe(200);
  return response.text();
}

test('no secret on disk at any time, and the replay matches, in pieces of any size', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(said, { minLength: 1, maxLength: 4 }),
      fc.integer({ min: 1, max: 50 }),
      async (session, chunkBytes) => {
        using folder = temporaryFolder();
        const file = folder.path('a.yaml');
        const secrets = session.map((each) => each.secret);
        const redaction = { secrets };
        let position = 0;
        const fetch = async () => answer(session[position]!, `01abcdef${position}`);
        await using recorder = createRecorder(file, { fetch, redaction });
        for (; position < session.length; position++) {
          await ask(recorder.fetch, session[position]!, position);
          expect(readdirSync(folder.path('.'))).toEqual(['a.yaml']);
          const text = existsSync(file) ? readFileSync(file, 'utf8') : '';
          for (const each of [...secrets, 'sk-ant-api03']) expect(text).not.toContain(each);
        }
        const cassette = readCassette(readFileSync(file, 'utf8'));
        const replay = createReplay(cassette, { redaction, chunkBytes, checks: false });
        for (const [i, each] of session.entries()) {
          const { stream, text, body } = cassette.exchanges[i]!.response!;
          const recorded = stream?.raw ?? text ?? JSON.stringify(body);
          expect(await ask(replay.fetch, each, i)).toBe(recorded);
        }
        expect(replay.failures()).toEqual([]);
        expect(replay.differences).toEqual([]);
      },
    ),
    { numRuns: RUNS },
  );
});
