import * as z from 'zod';
import type { TranscriptEvent } from '../../transcript/events.ts';
import { differences } from '../calls/differences.ts';
import { differenceLines } from '../calls/report-calls.ts';
import type { ExpectData } from '../data/expect-data.ts';
import { ExpectationError, type Failure } from './failure.ts';

/** A part of a request that a prompt cache covers, in the order in which it does. */
const PARTS = ['tools', 'system', 'messages'] as const;

/** As much of a request as a prompt cache covers. */
const Prefix = z.object({
  tools: z.array(z.unknown()).optional(),
  system: z.unknown().optional(),
  messages: z.array(z.unknown()),
});
type Prefix = z.infer<typeof Prefix>;

/** What may change between two requests, each with the reason: `{ tools: 'they are loaded when needed' }`. */
export type AllowedChanges = Exclude<ExpectData['cache_prefix'], 'unbroken' | undefined>;

/** Lines of difference shown. */
const DETAILS = 3;

/**
 * Checks that every request of a session begins with what the one before had, tools, system prompt and messages, so
 * that a prompt cache can be used. Where `cache_control` stands does not matter. Requests that were refused do not count.
 * Returns a failure for the first break of each part in each session.
 */
export function checkCachePrefix(
  transcript: Iterable<TranscriptEvent>,
  allowed: AllowedChanges = {},
): Failure[] {
  const events = [...transcript];
  const accepted = new Set(
    events.flatMap((event) =>
      event.type === 'response.sent' && event.status === 200 ? [event.request] : [],
    ),
  );
  const last = new Map<string, { readonly request: number; readonly prefix: Prefix }>();
  const numbers = new Map<string, number>();
  const broken = new Set<string>();
  return events.flatMap((event) => {
    if (event.type !== 'request.received') return [];
    const number = (numbers.get(event.session) ?? 0) + 1;
    numbers.set(event.session, number);
    const { data: prefix } = Prefix.safeParse(event.body);
    if (!accepted.has(event.request) || !prefix) return [];
    const before = last.get(event.session);
    last.set(event.session, { request: number, prefix });
    if (!before) return [];
    return PARTS.filter((part) => allowed[part] === undefined).flatMap((part): Failure[] => {
      const lines = changes(before.prefix, prefix, part);
      const key = `${event.session} ${part}`;
      if (lines.length === 0 || broken.has(key)) return [];
      broken.add(key);
      const message = [
        `Request ${number} of session ${JSON.stringify(event.session)} changes the ${part} of request ${before.request}: no prompt cache covers them any more.`,
        '',
        ...lines.slice(0, DETAILS).map((line) => `  ${line}`),
      ];
      return [{ code: 'cache.broken', message: message.join('\n'), part }];
    });
  });
}

/** Throws an `ExpectationError` unless every request of a session begins with what the one before had. */
export function assertCachePrefix(
  transcript: Iterable<TranscriptEvent>,
  allowed?: AllowedChanges,
): void {
  const failures = checkCachePrefix(transcript, allowed);
  if (failures.length > 0) throw new ExpectationError(failures);
}

/** Where a part of the earlier request is not the beginning of the later one's. */
function changes(before: Prefix, after: Prefix, part: keyof Prefix): string[] {
  const was = before[part];
  const is = after[part];
  // Messages are added; tools and system prompt stay.
  const start = part === 'messages' ? after.messages.slice(0, before.messages.length) : is;
  const found = differences(only(part, was), only(part, start));
  return found.length === 0 ? [] : differenceLines(found);
}

/** A part on its own, where there is one. */
function only(part: string, value: unknown): Record<string, unknown> {
  return value === undefined ? {} : { [part]: cached(value) };
}

/** A value without the marks that say how far to cache: they move along, and change nothing. */
function cached(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(cached);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(([key]) => key !== 'cache_control');
  return Object.fromEntries(entries.map(([key, item]) => [key, cached(item)]));
}
