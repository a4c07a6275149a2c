import { createNumberSource } from '../../src/protocol/seeded-numbers.ts';

/** What an operator draws from: the same choices for the same seed. */
export interface Random {
  /** A whole number below `end`. */
  below(end: number): number;
  chance(probability: number): boolean;
  /** One of a list, undefined when it is empty. */
  pick<T>(list: readonly T[]): T | undefined;
  /** One of a list that is known to have any. */
  one<T>(list: readonly [T, ...T[]]): T;
  shuffle<T>(list: readonly T[]): T[];
}

export function createRandom(seed: string): Random {
  const numbers = createNumberSource(seed);
  const below = (end: number) => numbers.between(0, end - 1);
  return {
    below,
    chance: (probability) => numbers.chance(probability),
    pick: (list) => (list.length === 0 ? undefined : list[below(list.length)]),
    one: (list) => list[below(list.length)] ?? list[0],
    shuffle(list) {
      const rest = [...list];
      return list.flatMap(() => rest.splice(below(rest.length), 1));
    },
  };
}
