import { readFileSync } from 'node:fs';
import { assertToolCalls, call } from 'callsheet';
import { expect, test } from 'vitest';
import { cell, codeCall, handMade } from '../scenario/hand-made-transcript.ts';

const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');

test('the first failing test of the README fails as it says there', () => {
  const code = 'import json\nrows = json.loads(await fetch_sales({"sku": "ABC123"}))';
  expect(readme).toContain(code.split('\n')[1]);
  const transcript = handMade(cell('c', code), codeCall('c', 'fetch_sales', { sku: 'ABC123' }, 2));
  const error = captured(() =>
    assertToolCalls(transcript, [call('fetch_sales', { sku: 'XYZ789' })]),
  );
  expect(readme).toContain(`\nError: ${error}\n`);
});

function captured(action: () => void): string {
  try {
    action();
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  return '';
}
