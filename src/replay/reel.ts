import type { Cassette, CassetteExchange } from '../cassette/read-cassette.ts';
import type { RecordedRequest } from '../cassette/exchange.ts';
import { compareRequests, type RequestDifference } from './compare-requests.ts';
import type { Strictness } from './strictness.ts';

/** A recorded exchange that answers a request. */
export interface Hit {
  readonly exchange: CassetteExchange;
  /** What in the request is not as recorded. */
  readonly differences: readonly RequestDifference[];
}

/** Why no recorded exchange answers a request. */
export interface Miss {
  readonly request: RecordedRequest;
  /** The recorded exchange that is most like it, and where they differ; absent when none is left. */
  readonly nearest?: Hit | undefined;
  /** Whether the nearest one was played before. */
  readonly wasPlayed: boolean;
}

/** The exchanges of a cassette, each to be played once. */
export interface Reel {
  /** The exchange that answers a request. */
  find(request: RecordedRequest, isRetry: boolean): Hit | Miss;
  /** Says that an exchange was played. */
  played(exchange: CassetteExchange): void;
  /** Says that the response of an exchange never reached its client whole: it may be asked for again. */
  lost(exchange: CassetteExchange): void;
  readonly unplayed: readonly CassetteExchange[];
}

/** Whether a request asks for a message. */
export function isForMessage({ method, path }: RecordedRequest): boolean {
  return method === 'POST' && /\/messages(?:\?|$)/.test(path);
}

export function isMiss(found: Hit | Miss): found is Miss {
  return 'wasPlayed' in found;
}

export function createReel({ exchanges }: Cassette, strictness: Strictness): Reel {
  const unplayed = new Set(exchanges);
  /** Played ones, and whether their response got lost. */
  const played = new Map<CassetteExchange, boolean>();

  function nearest(candidates: Iterable<CassetteExchange>, sent: RecordedRequest): Hit | undefined {
    let best: { hit: Hit; distance: number } | undefined;
    for (const exchange of candidates) {
      const { request } = exchange;
      const differences = request ? compareRequests(request, sent, strictness) : [];
      const distance = distanceOf(differences);
      if (!best || distance < best.distance) best = { hit: { exchange, differences }, distance };
      // Nothing is nearer than equal, and of equals the first one recorded is played first.
      if (distance === 0) break;
    }
    return best?.hit;
  }

  /** Recordings without requests are played in their order, to requests for messages. */
  function candidates(request: RecordedRequest): CassetteExchange[] {
    const isMessage = isForMessage(request);
    const [firstResponse] = [...unplayed].filter(({ request }) => !request);
    return [...unplayed].filter(
      (exchange) => exchange.request || (isMessage && exchange === firstResponse),
    );
  }

  return {
    find(request, isRetry) {
      const hit = nearest(candidates(request), request);
      const isHit = hit && !hit.differences.some(({ isFatal }) => isFatal);
      if (!isHit || hit.differences.length > 0) {
        const again = nearest(played.keys(), request);
        const isAgain = again?.exchange.request && again.differences.length === 0;
        if (isAgain && (isRetry || played.get(again.exchange))) return again;
        if (isAgain && !isHit) return { request, nearest: again, wasPlayed: true };
      }
      return isHit ? hit : { request, nearest: hit, wasPlayed: false };
    },
    played(exchange) {
      unplayed.delete(exchange);
      played.set(exchange, false);
    },
    lost(exchange) {
      if (played.has(exchange)) played.set(exchange, true);
    },
    get unplayed() {
      return [...unplayed];
    },
  };
}

const FATAL = 1_000_000;

/** How unlike a request is to a recorded one. Of reworded prompts the one with more of the same words is nearer. */
function distanceOf(differences: readonly RequestDifference[]): number {
  return differences.reduce(
    (sum, { isFatal, recorded, sent }) =>
      sum + (isFatal ? FATAL : 1 - likeness(recorded, sent) / 2),
    0,
  );
}

/** How many of their words two texts share: from 0 to 1. */
function likeness(one: unknown, other: unknown): number {
  if (typeof one !== 'string' || typeof other !== 'string') return 0;
  const [words, others] = [one, other].map((text) => new Set(text.toLowerCase().match(/\w+/g)));
  if (!words || !others || words.size + others.size === 0) return 0;
  const shared = [...words].filter((word) => others.has(word)).length;
  return (2 * shared) / (words.size + others.size);
}
