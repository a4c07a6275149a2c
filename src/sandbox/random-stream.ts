/**
 * Everything random inside a container: the bytes behind `os.urandom`, `/dev/urandom` and `getrandom`.
 *
 * The generator is xoshiro128**. Its state is four 32-bit words, small enough to travel with every container image.
 */
export type RandomState = Uint32Array;

/** The state a seed stands for. Different seeds give unrelated streams. */
export function seedRandom(seed: string): RandomState {
  const state = new Uint32Array(4);
  // FNV-1a over the seed, once per word; the rounds below spread what little differs.
  for (let word = 0; word < 4; word++) {
    let hash = 0x811c9dc5 ^ word;
    for (let i = 0; i < seed.length; i++) {
      hash = Math.imul(hash ^ seed.charCodeAt(i), 0x01000193);
    }
    state[word] = scramble(hash + Math.imul(word + 1, 0x9e3779b9));
  }
  // All zeroes is the one state xoshiro never leaves.
  if (state.every((word) => word === 0)) state[0] = 1;
  for (let i = 0; i < 16; i++) next(state);
  return state;
}

/** Fills `target` and moves `state` on. */
export function fillRandom(state: RandomState, target: Uint8Array): void {
  for (let i = 0; i < target.length; i += 4) {
    const word = next(state);
    for (let byte = 0; byte < 4 && i + byte < target.length; byte++) {
      target[i + byte] = word >>> (8 * byte);
    }
  }
}

function next(state: RandomState): number {
  const a = state[0] ?? 0;
  const b = state[1] ?? 0;
  const c = state[2] ?? 0;
  const d = state[3] ?? 0;
  const result = Math.imul(rotate(Math.imul(b, 5), 7), 9) >>> 0;
  const c2 = c ^ a;
  const d2 = d ^ b;
  state[0] = a ^ d2;
  state[1] = b ^ c2;
  state[2] = c2 ^ (b << 9);
  state[3] = rotate(d2, 11);
  return result;
}

function rotate(word: number, bits: number): number {
  return (word << bits) | (word >>> (32 - bits));
}

function scramble(word: number): number {
  let z = word;
  z = Math.imul(z ^ (z >>> 16), 0x85ebca6b);
  z = Math.imul(z ^ (z >>> 13), 0xc2b2ae35);
  return z ^ (z >>> 16);
}
