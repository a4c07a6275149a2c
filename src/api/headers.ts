import { createHash } from 'node:crypto';
import type { Usage } from '../protocol/message.ts';
import { createClock } from '../transcript/clock.ts';

/** Makes the headers of responses. */
export interface HeaderSource {
  /** What every response has. */
  always(requestId: string): Record<string, string>;
  /**
   * The rate limits, as a response at a virtual time shows them that cost this much. Only a response that sampled shows
   * them: one that resumed a cell has none (recorded February 2026).
   */
  rateLimits(usage: Usage, at: number): Record<string, string>;
}

const MINUTE = 60_000;
const SECOND = 1_000;

/** What an organisation may use in a minute. Generous: a client that slows down near a limit is not slowed down here. */
const LIMITS = { requests: 4_000, inputTokens: 2_000_000, outputTokens: 400_000 };
/** The API rounds the tokens that remain to thousands. */
const TOKEN_STEP = 1_000;
const MAX_TIMESTAMPS = 1_000;

/** Makes a source whose headers depend on nothing but the seed, the epoch and what is asked for. */
export function createHeaders({
  seed,
  epoch,
}: {
  readonly seed: string;
  readonly epoch: number;
}): HeaderSource {
  const clock = createClock(epoch);
  const organization = { 'anthropic-organization-id': uuidOf(seed) };

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

  /** Writes a limit, as if nothing else had been asked for within the minute. What was used flows back evenly. */
  function writeLimit(headers: Record<string, string>, name: string, budget: Budget): void {
    const { limit, used, step, at } = budget;
    const prefix = `anthropic-ratelimit-${name}`;
    const remaining = Math.max(0, Math.round((limit - used) / step) * step);
    const full = Math.ceil((at + (used / limit) * MINUTE) / SECOND) * SECOND;
    headers[`${prefix}-limit`] = String(limit);
    headers[`${prefix}-remaining`] = String(remaining);
    headers[`${prefix}-reset`] = timestamp(full);
  }

  return {
    always: (requestId) => ({ 'request-id': requestId, ...organization }),
    rateLimits({ input_tokens: input, output_tokens: output }, at) {
      const headers: Record<string, string> = {};
      const { requests, inputTokens, outputTokens } = LIMITS;
      const tokens = { step: TOKEN_STEP, at };
      writeLimit(headers, 'requests', { limit: requests, used: 1, step: 1, at });
      writeLimit(headers, 'tokens', {
        limit: inputTokens + outputTokens,
        used: input + output,
        ...tokens,
      });
      writeLimit(headers, 'input-tokens', { limit: inputTokens, used: input, ...tokens });
      writeLimit(headers, 'output-tokens', { limit: outputTokens, used: output, ...tokens });
      return headers;
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
