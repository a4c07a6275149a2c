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
const LIMITS = { requests: 4_000, 'input-tokens': 2_000_000, 'output-tokens': 400_000 };
/** The API rounds the tokens that remain to thousands. */
const TOKEN_STEP = 1_000;

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

  /** A limit, as if nothing else had been asked for within the minute. What was used flows back evenly. */
  function limit(name: string, { limit, used, step, at }: Limit): [string, string][] {
    const remaining = Math.max(0, Math.round((limit - used) / step) * step);
    const full = Math.ceil((at + (used / limit) * MINUTE) / SECOND) * SECOND;
    const values = { limit, remaining, reset: clock.timestamp(full).replace(/\.\d+/, '') };
    return Object.entries(values).map(([key, value]) => [
      `anthropic-ratelimit-${name}-${key}`,
      String(value),
    ]);
  }

  return {
    always: (requestId) => ({ 'request-id': requestId, ...organization }),
    rateLimits({ input_tokens: input, output_tokens: output }, at) {
      const tokens = { step: TOKEN_STEP, at };
      const [inputs, outputs] = [LIMITS['input-tokens'], LIMITS['output-tokens']];
      return Object.fromEntries([
        ...limit('requests', { limit: LIMITS.requests, used: 1, step: 1, at }),
        ...limit('tokens', { limit: inputs + outputs, used: input + output, ...tokens }),
        ...limit('input-tokens', { limit: inputs, used: input, ...tokens }),
        ...limit('output-tokens', { limit: outputs, used: output, ...tokens }),
      ]);
    },
  };
}

interface Limit {
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
