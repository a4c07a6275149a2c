import type { Conjunction } from './document.ts';
import type { ArrayShape } from './shapes.ts';

/** What an array asks of the item at an index. */
export function itemRules({ rules }: ArrayShape, index: number): Conjunction {
  return rules.flatMap(({ prefix, items }) => prefix[index] ?? items ?? []);
}

/** Indices of places that have something asked of them alone; one further stands for all the others. */
export function itemPlaces(...arrays: readonly ArrayShape[]): number[] {
  const longest = Math.max(
    0,
    ...arrays.flatMap(({ rules }) => rules.map(({ prefix }) => prefix.length)),
  );
  return Array.from({ length: longest + 1 }, (_, index) => index);
}
