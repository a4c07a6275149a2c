/** What the comparison of schemas promises, on generated pairs of them. */
import addFormats from 'ajv-formats';
import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compareSchemas } from '../../src/contract/compare-schemas.ts';
import { obstacles } from '../../src/contract/schema/contains.ts';
import { openDocument } from '../../src/contract/schema/document.ts';
import { openObjects } from '../../src/contract/schema/open-objects.ts';
import { schema, value, type Schema } from './arbitrary-schemas.ts';
import { edited, pairOfVersions, toolSchema, WEAKENINGS } from './tool-schemas.ts';

const RUNS = Number(process.env['CONTRACT_RUNS'] ?? 100);
/** As it is by default, and with all errors: for a few schemas the two disagree. */
const ajvs = [false, true].map((allErrors) => {
  const ajv = new Ajv2020({ strict: false, logger: false, allErrors });
  addFormats.default(ajv);
  return ajv;
});
/** Whether a value is valid for one schema, and not for another. */
const breaker = (narrow: Schema, wide: Schema): ((value: unknown) => boolean) => {
  const validators = ajvs.map((ajv) => [ajv.compile(narrow), ajv.compile(wide)] as const);
  return (value) => validators.every(([narrow, wide]) => narrow(value) && !wide(value));
};

const pair = fc.oneof(
  fc.tuple(schema, schema),
  // Versions of one schema are closer to each other than any two are.
  fc.tuple(schema, schema).map(([one, other]): [Schema, Schema] => [one, { anyOf: [one, other] }]),
  fc.tuple(schema, schema).map(([one, other]): [Schema, Schema] => [{ allOf: [one, other] }, one]),
  fc
    .tuple(schema, schema, schema)
    .map(([one, other, third]): [Schema, Schema] => [
      { anyOf: [one, other] },
      { anyOf: [one, third] },
    ]),
  pairOfVersions,
);
const values = fc.array(value, { minLength: 60, maxLength: 60 });

function counterexample(sub: Schema, wider: Schema, values: readonly unknown[]): unknown {
  return values.find(breaker(sub, wider));
}

test('where no obstacle is seen, no value found at random breaks containment', () => {
  let contained = 0;
  fc.assert(
    fc.property(pair, values, ([sub, wider], values) => {
      if (obstacles([openDocument(sub).root], [openDocument(wider).root]).length > 0) return;
      contained++;
      expect(counterexample(sub, wider, values)).toBeUndefined();
    }),
    { numRuns: RUNS },
  );
  expect(contained).toBeGreaterThan(RUNS / 10);
});

test('versions called compatible stay so for values found at random', () => {
  const pairs = fc.tuple(pairOfVersions, fc.constantFrom('input', 'output'));
  let compatible = 0;
  fc.assert(
    fc.property(pairs, values, ([[before, after], side], values) => {
      const kinds = compareSchemas(side, before, after).map(({ kind }) => kind);
      if (kinds.includes('breaking') || kinds.includes('unknown')) return;
      compatible++;
      const [sub, wider] = side === 'input' ? [before, after] : [after, openObjects(before)];
      expect(counterexample(sub, wider, values)).toBeUndefined();
    }),
    { numRuns: RUNS },
  );
  expect(compatible).toBeGreaterThan(RUNS / 10);
});

test('every breaking change has a witness: valid arguments that no longer are', () => {
  const kinds: Record<string, number> = {};
  fc.assert(
    fc.property(fc.oneof(fc.tuple(schema, schema), pairOfVersions), ([before, after]) => {
      for (const { kind, witness } of compareSchemas('input', before, after)) {
        kinds[kind] = (kinds[kind] ?? 0) + 1;
        if (kind !== 'breaking') continue;
        expect(breaker(before, after)(witness)).toBe(true);
      }
    }),
    { numRuns: RUNS },
  );
  expect(kinds['breaking']).toBeGreaterThan(RUNS / 10);
});

test('of edits known to be compatible at least 95 % are called so', () => {
  const PAIRS = 100;
  const versions = fc
    .tuple(toolSchema, fc.constantFrom(...Object.entries(WEAKENINGS)), fc.nat())
    .map(([before, [name, edit], seed]) => ({
      name,
      before,
      after: edited(before, edit, (count) => seed % count),
    }))
    .filter(({ after }) => after !== undefined);
  const missed = fc
    .sample(versions, PAIRS)
    .filter(({ before, after }) =>
      compareSchemas('input', before, after!).some(
        ({ kind }) => kind === 'breaking' || kind === 'unknown',
      ),
    );
  expect(missed.filter(({ before, after }) => counterexample(before, after!, []))).toEqual([]);
  expect(missed.map(({ name }) => name).slice(PAIRS / 20)).toEqual([]);
  console.log(`${PAIRS - missed.length} of ${PAIRS} compatible edits are called compatible`);
});
