import { expect, test } from 'vitest';
import { head } from '../../../test/support/recorded-session.ts';
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
