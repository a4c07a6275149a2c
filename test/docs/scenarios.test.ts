import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const file = (path: string): string =>
  readFileSync(fileURLToPath(new URL(`../../${path}`, import.meta.url)), 'utf8');

/** The names of all properties that a JSON Schema has anywhere. */
function propertiesIn(schema: unknown): string[] {
  if (typeof schema !== 'object' || schema === null) return [];
  const own = 'properties' in schema ? Object.keys(Object(schema.properties)) : [];
  return [...own, ...Object.values(schema).flatMap(propertiesIn)];
}

/** What of these has no place in a page, in backticks. */
function missingIn(page: string, keys: readonly string[]): string[] {
  const text = file(page);
  const stands = (key: string) =>
    new RegExp(`\`[^\`\\n]*(?<![\\w$])${key.replace('$', '\\$')}\\b`).test(text);
  return [...new Set(keys)].filter((key) => !stands(key));
}

test('the reference of scenarios has every key a file may have, that of faults those of a schedule', () => {
  const schema = JSON.parse(file('schemas/scenario.schema.json'));
  const schedule = propertiesIn(schema.properties.schedule);
  delete schema.properties.schedule;
  // Of an input schema only the type is looked at.
  const keys = propertiesIn(schema).filter((key) => key !== 'type');
  expect(keys.length).toBeGreaterThan(40);
  expect(schedule.length).toBeGreaterThan(10);
  expect(missingIn('docs/scenarios.md', keys)).toEqual([]);
  expect(missingIn('docs/faults.md', schedule)).toEqual([]);
});
