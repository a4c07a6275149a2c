import type { Fetch } from '../protocol/fetch.ts';

/**
 * A `fetch` for so many requests. The next one still reaches the fake, so that the transcript shows that there was one too
 * many; it stays without an answer, `onExceeded` is told, and what comes after it goes nowhere. Clients that ask for ever
 * in this process would not let a timer fire.
 */
export function limitRequests(fetch: Fetch, limit: number, onExceeded: () => void): Fetch {
  let requests = 0;
  return async (...request) => {
    requests += 1;
    if (requests <= limit) return fetch(...request);
    if (requests === limit + 1) {
      await fetch(...request).catch(() => {});
      onExceeded();
    }
    return new Promise<never>(() => {});
  };
}
