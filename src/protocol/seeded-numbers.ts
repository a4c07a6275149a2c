import { createHash } from 'node:crypto';

/** Whole numbers from a seed: the same numbers in the same order, on every machine. */
export interface NumberSource {
  /** A whole number from `min` to `max`, both included. */
  between(min: number, max: number): number;
  /** True with the given probability, from 0 (never) to 1 (always). */
  chance(probability: number): boolean;
}

const WORD_BYTES = 4;
const WORDS = 2 ** 32;

/** Makes a source of numbers: SHA-256 of the seed and a counter, eight 32-bit words a digest. */
export function createNumberSource(seed: string): NumberSource {
  let words: number[] = [];
  let digests = 0;
  const fraction = (): number => {
    if (words.length === 0) {
      const digest = createHash('sha256')
        .update(JSON.stringify([seed, digests++]))
        .digest();
      for (let i = 0; i < digest.length; i += WORD_BYTES) words.push(digest.readUInt32BE(i));
      words = words.toReversed();
    }
    return (words.pop() ?? 0) / WORDS;
  };
  return {
    between: (min, max) => min + Math.floor(fraction() * (max - min + 1)),
    chance: (probability) => fraction() < probability,
  };
}
