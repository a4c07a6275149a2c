import { createHash } from 'node:crypto';
import type { Usage } from '../protocol/message.ts';
import { VirtualClock } from '../transcript/clock.ts';

/** Makes the headers of responses. */
export interface HeaderSource {
  /** What every response has. Those that are not JSON say so instead. */
  always(requestId: string): Record<string, string>;
  /**
   * What an error of the API says of retrying: after how many milliseconds, if it says so. With the virtual clock the time
   * passes at once, for the client's timers are real.
   */
  retry(after: number | undefined): Record<string, string>;
  /**
   * What a response has that cost this much at a virtual time: the rate limits, too. Only a response that sampled shows
   * them: one that resumed a cell has none (recorded February 2026).
   */
  sampled(requestId: string, usage: Usage, at: number): Record<string, string>;
}

const MINUTE = 60_000;
const SECOND = 1_000;

/** What an organisation may use in a minute. Generous: a client that slows down near a limit is not slowed down here. */
const LIMITS = {
  requests: 4_000,
  tokens: 2_400_000,
  inputTokens: 2_000_000,
  outputTokens: 400_000,
};
/** The API rounds the tokens that remain to thousands. */
const TOKEN_STEP = 1_000;
const MAX_TIMESTAMPS = 1_000;

/** Makes a source whose headers depend on nothing but the seed, the epoch and what is asked for. */
export function createHeaders({
  seed,
  epoch,
  timersAreFaked = false,
}: {
  readonly seed: string;
  readonly epoch: number;
  /** Whether time passes for the client as it does in its session. Default: false. */
  readonly timersAreFaked?: boolean | undefined;
}): HeaderSource {
  const clock = new VirtualClock(epoch);
  const organization = uuidOf(seed);

  /** Limits are full again at few different times, for most sessions stand at few different times themselves. */
  const timestamps = new Map<number, string>();
  function timestamp(time: number): string {
    const known = timestamps.get(time);
    if (known !== undefined) return known;
    const made = clock.timestamp(time).replace(/\.\d+/, '');
    if (timestamps.size >= MAX_TIMESTAMPS) timestamps.clear();
    timestamps.set(time, made);
    return made;
  }

  /** What remains of a limit, as if nothing else had been asked for within the minute, and when it is full again. */
  function left({ limit, used, step, at }: Budget): { remaining: string; reset: string } {
    const remaining = Math.max(0, Math.round((limit - used) / step) * step);
    // What was used flows back evenly.
    const full = Math.ceil((at + (used / limit) * MINUTE) / SECOND) * SECOND;
    return { remaining: String(remaining), reset: timestamp(full) };
  }

  return {
    retry(after) {
      const retry = { 'x-should-retry': 'true' };
      if (after === undefined) return retry;
      if (!timersAreFaked) return { ...retry, 'retry-after-ms': '1' };
      return {
        ...retry,
        'retry-after': String(Math.ceil(after / SECOND)),
        'retry-after-ms': String(after),
      };
    },
    always: (requestId) => ({
      'content-type': 'application/json',
      'request-id': requestId,
      'anthropic-organization-id': organization,
    }),
    sampled(requestId, { input_tokens, output_tokens }, at) {
      const step = TOKEN_STEP;
      const requests = left({ limit: LIMITS.requests, used: 1, step: 1, at });
      const tokens = left({ limit: LIMITS.tokens, used: input_tokens + output_tokens, step, at });
      const input = left({ limit: LIMITS.inputTokens, used: input_tokens, step, at });
      const output = left({ limit: LIMITS.outputTokens, used: output_tokens, step, at });
      // Written out, for objects put together from others are slow to make, and slower still to read as headers.
      return {
        'content-type': 'application/json',
        'request-id': requestId,
        'anthropic-organization-id': organization,
        'anthropic-ratelimit-requests-limit': String(LIMITS.requests),
        'anthropic-ratelimit-requests-remaining': requests.remaining,
        'anthropic-ratelimit-requests-reset': requests.reset,
        'anthropic-ratelimit-tokens-limit': String(LIMITS.tokens),
        'anthropic-ratelimit-tokens-remaining': tokens.remaining,
        'anthropic-ratelimit-tokens-reset': tokens.reset,
        'anthropic-ratelimit-input-tokens-limit': String(LIMITS.inputTokens),
        'anthropic-ratelimit-input-tokens-remaining': input.remaining,
        'anthropic-ratelimit-input-tokens-reset': input.reset,
        'anthropic-ratelimit-output-tokens-limit': String(LIMITS.outputTokens),
        'anthropic-ratelimit-output-tokens-remaining': output.remaining,
        'anthropic-ratelimit-output-tokens-reset': output.reset,
      };
    },
  };
}

interface Budget {
  readonly limit: number;
  readonly used: number;
  /** What the remaining number is rounded to. */
  readonly step: number;
  readonly at: number;
}

/** A UUID that looks random and is not. */
function uuidOf(seed: string): string {
  const hex = createHash('sha256')
    .update(JSON.stringify([seed, 'organization']))
    .digest('hex');
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `4${hex.slice(13, 16)}`,
    `8${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join('-');
}
