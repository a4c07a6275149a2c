import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const file = (path: string): string =>
  readFileSync(fileURLToPath(new URL(`../../${path}`, import.meta.url)), 'utf8');
const page = file('docs/scenarios.md');

/** The names of all properties that a JSON Schema has anywhere. */
function propertiesIn(schema: unknown): string[] {
  if (typeof schema !== 'object' || schema === null) return [];
  const own = 'properties' in schema ? Object.keys(Object(schema.properties)) : [];
  return [...own, ...Object.values(schema).flatMap(propertiesIn)];
}

test('the reference of scenarios has every key a file may have', () => {
  const keys = new Set(propertiesIn(JSON.parse(file('schemas/scenario.schema.json'))));
  expect(keys.size).toBeGreaterThan(40);
  // Of an input schema only the type is looked at.
  keys.delete('type');
  const missing = [...keys].filter((key) => !new RegExp(`\`[^\`\\n]*\\b${key}\\b`).test(page));
  expect(missing).toEqual([]);
});
