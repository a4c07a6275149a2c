import { expect, test } from 'vitest';
import { stringify } from 'yaml';
import { head, second } from '../../../test/support/recorded-session.ts';
import { encodeEvent } from '../../protocol/stream.ts';
import { readAnyRecording } from '../read-any-recording.ts';
import { writeCassette } from '../write-cassette.ts';
import { scanText } from './scan.ts';

const KEY = 'sk-ant-api03-0123456789abcdef';

test('a secret is found on its line, however it is escaped, and nothing of it is told', () => {
  const quoted = JSON.stringify(JSON.stringify({ note: 'write to\nme@example.org' }));
  const text = `first\nkey: ${KEY}\nbody: ${quoted}\nkey: [redacted:anthropic-key#1]\n`;
  expect(scanText(text)).toEqual([
    { line: 2, kind: 'anthropic-key' },
    { line: 3, kind: 'email' },
  ]);
});

test('a secret that is split over the deltas of a stream is found where it begins', () => {
  const delta = (text: string) => {
    const data = { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text } };
    return `event: content_block_delta\ndata: ${JSON.stringify(data)}\n\n`;
  };
  expect(scanText(delta('the key is sk-ant') + delta('-api03-0123456789'))).toEqual([
    { line: 2, kind: 'anthropic-key' },
  ]);
});

test('a secret that is split over the deltas of a stream is found in a recording of any kind', () => {
  const deltas = ['the key is sk-ant', '-api03-01234', '56789'].map((text) => ({
    type: 'content_block_delta',
    index: 0,
    delta: { type: 'text_delta', text },
  }));
  const block = { type: 'text', text: '' };
  const events = [
    { type: 'message_start', message: { ...second, content: [] } },
    { type: 'content_block_start', index: 0, content_block: block },
    ...deltas,
    { type: 'content_block_stop', index: 0 },
    { type: 'message_stop' },
  ];
  const stream = events.map((event) => encodeEvent(event)).join('');
  const interaction = {
    request: { method: 'POST', uri: 'https://api.anthropic.com/v1/messages', body: '{}' },
    response: { status: { code: 200 }, body: { string: stream } },
  };
  const vcr = { version: 1, interactions: [interaction] };
  const cassette = writeCassette(readAnyRecording(JSON.stringify(vcr)).exchanges);
  const lines = events.map((event) => JSON.stringify(event)).join('\n');
  const yaml = stringify(vcr, { lineWidth: 40 });
  for (const text of [JSON.stringify(vcr, null, 2), yaml, cassette, lines]) {
    const found = scanText(text, readAnyRecording(text).exchanges);
    expect(found.map(({ kind }) => kind)).toContain('anthropic-key');
    for (const { line } of found) expect(text.split('\n')[line - 1]).toMatch(/msg_01second|text:/);
  }
});

test('a credential of a header is a secret wherever it stands, and of the kind it looks like', () => {
  const named = { ...head, headers: { 'x-api-key': 'nothing-but-letters' } };
  const text = 'x-api-key: nothing-but-letters\nuser said nothing-but-letters\n';
  expect(scanText(text)).toEqual([]);
  expect(scanText(text, [{ request: named }])).toEqual([
    { line: 1, kind: 'credential' },
    { line: 2, kind: 'credential' },
  ]);
  const real = { ...head, headers: { authorization: `Bearer ${KEY}` } };
  expect(scanText(`Bearer ${KEY}`, [{ request: real }])).toEqual([
    { line: 1, kind: 'anthropic-key' },
  ]);
});

test('registered secrets and patterns are found, and patterns can be turned off', () => {
  const options = { secrets: ['hunter2'], patterns: { order: /ORD-\d+/, email: false } } as const;
  expect(scanText('hunter2 ORD-17 me@example.org', [], options)).toEqual([
    { line: 1, kind: 'secret' },
    { line: 1, kind: 'order' },
  ]);
});
