import { fillRandom, type RandomState, seedRandom } from '../random-stream.ts';

/** The time and the randomness of the command that runs in this thread. */
export interface VirtualRealm {
  /** Virtual milliseconds; a look at the clock takes a little of them, so that time is monotonic. */
  now: number;
  /** Wall-clock time of virtual time 0, in milliseconds since 1970. */
  epoch: number;
  random: RandomState;
}

/** Virtual milliseconds that a look at the clock takes. */
const LOOK = 0.01;

/**
 * Makes `Date`, `performance.now` and `Math.random` of this thread virtual, for good. To be called before anything that
 * keeps one of them is imported.
 */
export function virtualiseRealm(): VirtualRealm {
  const realm: VirtualRealm = { now: 0, epoch: 0, random: seedRandom('') };
  const RealDate = Date;
  const look = (): number => {
    realm.now += LOOK;
    return Math.floor(realm.epoch + realm.now);
  };
  const VirtualDate = new Proxy(RealDate, {
    construct: (target, values: [], newTarget) =>
      Reflect.construct(target, values.length === 0 ? [look()] : values, newTarget),
    apply: () => new RealDate(look()).toString(),
    get: (target, name, receiver) => (name === 'now' ? look : Reflect.get(target, name, receiver)),
  });
  define(globalThis, 'Date', VirtualDate);
  define(Math, 'random', () => {
    const bytes = new Uint8Array(4);
    fillRandom(realm.random, bytes);
    return new DataView(bytes.buffer).getUint32(0, true) / 2 ** 32;
  });
  define(performance, 'now', () => (realm.now += LOOK));
  return realm;
}

function define(target: object, name: string, value: unknown): void {
  Object.defineProperty(target, name, { value, writable: true, configurable: true });
}
