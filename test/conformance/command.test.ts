/** The conformance command: `npm run conformance -- DIR`. */
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { writeCassette } from '../../src/cassette/write-cassette.ts';
import { recordSales } from '../contract/sales-session.ts';
import { scriptHere } from '../support/script-here.ts';
import { afterEach, beforeEach, expect, test } from 'vitest';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const FIXTURES = join(ROOT, 'fixtures/recordings');
const RECORDINGS = join(ROOT, '../shared/recordings');

const conformance = await scriptHere('conformance');

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'conformance-'));
  cpSync(FIXTURES, join(folder, 'deep'), { recursive: true });
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Rewrites a copied fixture. */
function change(name: string, from: string, to: string): void {
  const path = join(folder, 'deep', name);
  const text = readFileSync(path, 'utf8');
  expect(text).toContain(from);
  writeFileSync(path, text.replace(from, to));
}

test('a folder with every format holds, each file classified', async () => {
  const { code, lines } = await conformance(folder);
  expect(lines.filter((line) => line.includes('deep/')).map((line) => line.split(': ')[0])).toEqual(
    [
      'not a session   deep/README.md',
      'session         deep/archive.har',
      'responses only  deep/event-lines.txt',
      'session         deep/exchange-list.json',
      'session         deep/exchange-pair.json',
      'responses only  deep/response-body.json',
      'responses only  deep/stream.txt',
      'session         deep/vcr-python.yaml',
      'session         deep/vcr-ruby.yaml',
      'session         deep/when-then.yaml',
    ],
  );
  expect(lines.at(-1)).toBe(
    'conformance: 10 files (6 sessions, 3 responses only, 1 not sessions), 19 exchanges: ' +
      '9 requests, 11 bodies, 7 streams, 3 errors; 0 differences',
  );
  expect(code).toBe(0);
});

test('a difference is printed with its file, exchange and path, and ends in exit code 1', async () => {
  change('when-then.yaml', 'temperature: range: 0..1', 'temperature: range: 0..2');
  const { code, lines } = await conformance(folder);
  expect(lines).toContain(
    'deep/when-then.yaml, exchange 2, error, error.message: recorded "temperature: range: 0..2", the fake "temperature: range: 0..1"',
  );
  expect(lines.at(-1)).toMatch(/; 1 differences$/);
  expect(code).toBe(1);
});

test('a recording that is broken counts as a difference', async () => {
  change('vcr-ruby.yaml', '- request:', '- request: {');
  const { code, lines } = await conformance(folder);
  expect(lines.find((line) => line.startsWith('deep/vcr-ruby.yaml'))).toMatch(
    /^deep\/vcr-ruby\.yaml, format: it is no valid YAML/,
  );
  expect(code).toBe(1);
});

test('a cassette is a recording, too; one that is cut counts as a difference', async () => {
  const { exchanges } = await recordSales();
  const text = writeCassette(exchanges);
  writeFileSync(join(folder, 'sales.yaml'), text);
  const { code, lines } = await conformance(folder);
  expect(lines).toContainEqual(expect.stringMatching(/^session {9}sales\.yaml: 3 exchanges, /));
  expect(code).toBe(0);
  writeFileSync(join(folder, 'sales.yaml'), text.slice(0, -20));
  const cut = await conformance(join(folder, 'sales.yaml'));
  expect(cut.lines.at(-1)).toContain('1 unreadable');
  expect(cut.code).toBe(1);
});

test('--json prints all of it as data', async () => {
  const { code, lines } = await conformance(folder, '--json');
  const { files, totals } = JSON.parse(lines.join('\n'));
  expect(files[2]).toMatchObject({
    file: 'deep/event-lines.txt',
    kind: 'responses only',
    format: 'event-lines',
    counts: { exchanges: 3, streams: 3 },
    differences: [],
  });
  expect(totals).toMatchObject({ files: 10, sessions: 6, differences: 0 });
  expect(code).toBe(0);
});

test('a folder that cannot be read ends in exit code 2', async () => {
  const { code, errors } = await conformance(join(folder, 'nowhere'));
  expect(errors).toContain('nowhere');
  expect(code).toBe(2);
  expect((await conformance()).code).toBe(2);
});

test('the recorded sessions hold', async (context) => {
  if (!existsSync(RECORDINGS)) context.skip('the recordings are not here');
  const { code, lines } = await conformance(RECORDINGS);
  expect(lines.filter((line) => /, exchange \d+,/.test(line))).toEqual([]);
  expect(lines.at(-1)).toMatch(/; 0 differences$/);
  expect(code).toBe(0);
});
