/** How often the comparison of real tools' versions ends in "cannot tell". */
import { expect, test } from 'vitest';
import { compareSchemas } from '../../src/contract/compare-schemas.ts';
import { generatedSchemas, recordedSchemas } from './real-tools.ts';
import { NARROWINGS, edited, WEAKENINGS, type ToolSchema } from './tool-schemas.ts';

/** Of all pairs so many are compared, spread evenly. */
const RUNS = Number(process.env['CONTRACT_RUNS'] ?? 100);

/** Every version of a schema that one edit somewhere in it makes. */
function versionsOf(schema: ToolSchema): ToolSchema[] {
  return [...Object.values(WEAKENINGS), ...Object.values(NARROWINGS)].flatMap((edit) => {
    const versions: ToolSchema[] = [];
    let places = Infinity;
    for (let i = 0; i < places; i++) {
      const version = edited(schema, edit, (count) => {
        places = count;
        return i;
      });
      if (!version) break;
      versions.push(version);
    }
    return versions;
  });
}

const pairs = [...generatedSchemas, ...recordedSchemas()].flatMap((schema) =>
  versionsOf(schema).flatMap((version) =>
    (['input', 'output'] as const).map((side) => ({ side, schema, version })),
  ),
);

test('of the versions of real tools that differ fewer than 10 % end in "cannot tell"', () => {
  const every = Math.ceil(pairs.length / RUNS);
  const counts = { breaking: 0, unknown: 0, compatible: 0 };
  for (const { side, schema, version } of pairs.filter((_, i) => i % every === 0)) {
    const kinds = new Set(compareSchemas(side, schema, version).map(({ kind }) => kind));
    const worst = (['breaking', 'unknown', 'compatible'] as const).find((kind) => kinds.has(kind));
    if (worst) counts[worst]++;
  }
  const differing = counts.breaking + counts.unknown + counts.compatible;
  const rate = counts.unknown / differing;
  console.log(
    `of ${differing} versions ${counts.breaking} are breaking, ${counts.compatible} compatible, ` +
      `and of ${counts.unknown} (${(rate * 100).toFixed(1)} %) it cannot be told`,
  );
  expect(counts.breaking).toBeGreaterThan(differing / 10);
  expect(counts.compatible).toBeGreaterThan(differing / 10);
  expect(rate).toBeLessThan(0.1);
});
