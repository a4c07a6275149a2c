import { HEADERS, outgoing } from '../client.ts';
import type { Random } from '../random.ts';
import type { Body } from '../wire.ts';
import type { Expectation, Operator } from './operator.ts';

/** Around the JSON: its text, its size, and the headers. */

function text(
  name: string,
  rewrite: (text: string, random: Random) => string | Uint8Array<ArrayBuffer>,
  expect: Expectation,
): Operator {
  return {
    name,
    apply: ({ body }, random) => ({
      request: { body: rewrite(JSON.stringify(body), random), headers: HEADERS },
      expect,
    }),
  };
}

function header(
  name: string,
  value: (random: Random) => Record<string, string>,
  expect: (body: Body) => Expectation,
): Operator {
  return {
    name,
    apply: ({ body }, random) => ({ request: outgoing(body, value(random)), expect: expect(body) }),
  };
}

const MB = 1024 * 1024;
/** Made once: a body that is larger than the API takes. */
const OVERSIZE = JSON.stringify({ model: 'claude-sonnet-4-6', system: 'x'.repeat(33 * MB) });

const DEEP = 20_000;
const nested = '['.repeat(DEEP) + ']'.repeat(DEEP);

export const envelope: readonly Operator[] = [
  text(
    'cut the JSON off',
    (json, random) => json.slice(0, 1 + random.below(json.length - 1)),
    'request.json',
  ),
  text('cut off the last bracket', (json) => json.slice(0, -1), 'request.json'),
  text('add a bracket', (json) => `${json}}`, 'request.json'),
  text('send two JSON texts', (json) => json + json, 'request.json'),
  text('send nothing', () => '', 'request.json'),
  text('send blanks', () => ' \n', 'request.json'),
  text(
    'send random bytes',
    (_, random) =>
      // 0xff begins neither a character nor a JSON text.
      Uint8Array.from([
        0xff,
        ...Array.from({ length: 1 + random.below(200) }, () => random.below(256)),
      ]),
    'request.json',
  ),
  text('write NaN', (json) => json.replace(/"max_tokens":\d+/, '"max_tokens":NaN'), 'request.json'),
  text('write a comment', (json) => `// Hi\n${json}`, 'request.json'),
  text(
    'send JSON that is no object',
    (_, random) => random.one(['null', '7', '"x"', '[]', 'true', '[{}]']),
    'request.schema',
  ),
  text('send an empty object', () => '{}', 'request.schema'),
  text('send an encoded object', (json) => JSON.stringify(json), 'request.schema'),
  text('indent the JSON', (json) => JSON.stringify(JSON.parse(json), null, 2), 'clean'),
  text('pad the JSON', (json) => `\n\n${json}\r\n`, 'clean'),
  { ...text('send 33 MB', () => OVERSIZE, 'request.too_large'), weight: 1 },
  {
    ...text(
      'send 1 MB',
      (json) => JSON.stringify({ ...JSON.parse(json), system: 'x'.repeat(MB) }),
      'clean',
    ),
    weight: 1,
  },
  {
    // Whether the API takes it is not known; it must not break on it.
    ...text('nest deeply', (json) => json.replace(/}$/, `,"metadata":{"user_id":${nested}}}`), [
      'valid',
      'request.schema',
      'request.json',
      'request.too_large',
    ]),
    weight: 2,
  },
  {
    ...text(
      'nest a tool’s schema deeply',
      (json) => json.replace('"input_schema":{', `"input_schema":{"default":${nested},`),
      ['valid', 'request.schema', 'request.json', 'request.too_large'],
    ),
    weight: 2,
  },
  header(
    'send another content type',
    (random) => ({
      'content-type': random.one([
        'application/xml',
        'application/x-www-form-urlencoded',
        'multipart/form-data; boundary=x',
        'application/octet-stream',
        'text/html',
      ]),
    }),
    () => 'request.content_type',
  ),
  header(
    'name a charset',
    () => ({ 'content-type': 'application/json; charset=utf-8' }),
    () => 'clean',
  ),
  header(
    'ask for an unknown API version',
    (random) => ({ 'anthropic-version': random.one(['2023-06-02', '2026-10', 'latest', '1']) }),
    () => 'request.api_version',
  ),
  header(
    'ask for the API version without sampling parameters',
    () => ({ 'anthropic-version': '2026-10-21' }),
    (body) => ('temperature' in body ? 'request.sampling_removed' : 'clean'),
  ),
  header(
    'send old beta headers',
    () => ({ 'anthropic-beta': 'advanced-tool-use-2025-11-20,code-execution-2025-08-25' }),
    () => 'clean',
  ),
];
