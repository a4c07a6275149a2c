import { obstacle, within, type Comparison } from './comparison.ts';
import { itemPlaces, itemRules } from './item-rules.ts';
import { isEmpty } from './intersect.ts';
import type { Obstacle } from './obstacle.ts';
import { samples, shapeSamples } from './samples.ts';
import { limit } from './scalar-obstacles.ts';
import type { ArrayShape } from './shapes.ts';

export function arrayObstacles(
  comparison: Comparison,
  sub: ArrayShape,
  wider: ArrayShape,
  depth: number,
): Obstacle[] {
  const { forms } = comparison;
  const values = () => shapeSamples(forms, sub, wider);
  const found: Obstacle[] = [];
  if (sub.minItems < wider.minItems) {
    found.push(obstacle('minItems', sub.minItems, wider.minItems, values));
  }
  if (longest(comparison, sub, wider) > wider.maxItems) {
    found.push(obstacle('maxItems', limit(sub.maxItems), wider.maxItems, values));
  }
  if (wider.unique && !sub.unique && sub.maxItems > 1) {
    found.push(obstacle('uniqueItems', 'false', 'true', values));
  }
  const places = itemPlaces(sub, wider);
  for (const index of places) {
    if (index >= Math.min(sub.maxItems, wider.maxItems)) break;
    const rules = itemRules(sub, index);
    if (isEmpty(forms, forms.of(rules))) break;
    const inner = comparison.compareSchemas(rules, itemRules(wider, index), depth + 1);
    const step = index === places.length - 1 ? '*' : index;
    found.push(
      ...inner.map((each) => within(each, step, (item) => around(comparison, sub, index, item))),
    );
  }
  return found;
}

/** How many items an array can have: fewer than it may where nothing can stand at some place. */
function longest({ forms }: Comparison, sub: ArrayShape, wider: ArrayShape): number {
  const stop = itemPlaces(sub, wider).find((index) =>
    isEmpty(forms, forms.of(itemRules(sub, index))),
  );
  return Math.min(sub.maxItems, stop ?? Infinity);
}

/** Arrays with this item at an index, or repeated up to the least length. */
function around({ forms }: Comparison, sub: ArrayShape, index: number, item: unknown): unknown[][] {
  const length = Math.max(sub.minItems, index + 1);
  const pools = Array.from({ length }, (_, place) =>
    place === index ? [item] : samples(forms, itemRules(sub, place)),
  );
  if (pools.some((pool) => pool.length === 0)) return [];
  const plain = pools.map((pool) => pool[0]);
  return sub.unique ? [plain, pools.map((pool, place) => pool[place % pool.length])] : [plain];
}
