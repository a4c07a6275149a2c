import type { EventOf, TranscriptEvent } from '../../transcript/events.ts';
import { recordedCalls } from '../calls/recorded-calls.ts';
import type { Count, ExpectData } from '../data/expect-data.ts';
import { parsePattern } from '../data/pattern.ts';
import { fitsText } from '../user-message.ts';
import type { Failure } from './failure.ts';

/** Compares counts, the last text and what was used, over a whole transcript, with what was expected of them. */
export function checkTotals(
  transcript: Iterable<TranscriptEvent>,
  { counts = {}, text, requests, containers, usage = {} }: ExpectData,
): Failure[] {
  const events = [...transcript];
  const calls = recordedCalls(events);
  const number = (type: TranscriptEvent['type']): number =>
    events.filter((event) => event.type === type).length;
  return [
    ...Object.entries(counts).flatMap(([tool, expected]) => {
      const made = calls.filter(({ name }) => name === tool).length;
      return checkCount(`calls of ${tool}`, expected, made);
    }),
    ...checkText(text, events),
    ...checkCount('requests', requests, number('request.received')),
    ...checkCount('containers', containers, number('container.created')),
    ...Object.entries(usage).flatMap(([key, expected]) =>
      checkCount(`${key.replaceAll('_', ' ')} in all responses`, expected, used(events, key)),
    ),
  ];
}

/** Compares a number of things with the number that was expected, or with its limits. */
export function checkCount(what: string, expected: Count | undefined, actual: number): Failure[] {
  if (expected === undefined) return [];
  const range = typeof expected === 'number' ? { min: expected, max: expected } : expected;
  const { min = 0, max = Infinity } = range;
  if (actual >= min && actual <= max) return [];
  const were = actual === 1 ? 'was' : 'were';
  const message = `${what[0]!.toUpperCase()}${what.slice(1)}: expected ${describeCount(min, max)}, but there ${were} ${actual}.`;
  return [{ code: 'total.different', message, what, actual }];
}

function describeCount(min: number, max: number): string {
  if (min === max) return String(min);
  if (max === Infinity) return `at least ${min}`;
  return min === 0 ? `at most ${max}` : `${min} to ${max}`;
}

function checkText(expected: string | undefined, events: readonly TranscriptEvent[]): Failure[] {
  if (expected === undefined) return [];
  const actual = events.findLast((event) => event.type === 'text.written')?.text;
  if (actual !== undefined && fitsText(expected, actual)) return [];
  const message = [
    'The last text is not the expected one.',
    '',
    `  expected ${parsePattern(expected) ? expected : JSON.stringify(expected)}`,
    `  actual   ${actual === undefined ? 'none was written' : JSON.stringify(actual)}`,
  ].join('\n');
  return [{ code: 'total.different', message, what: 'text', actual: actual ?? null }];
}

function used(events: readonly TranscriptEvent[], key: string): number {
  return events
    .filter((event) => event.type === 'response.sent')
    .reduce((sum, { body }) => sum + tokens(body, key), 0);
}

function tokens(body: EventOf<'response.sent'>['body'], key: string): number {
  const usage: unknown = 'usage' in body ? body.usage : undefined;
  const count: unknown =
    typeof usage === 'object' && usage !== null ? Reflect.get(usage, key) : undefined;
  return typeof count === 'number' ? count : 0;
}
