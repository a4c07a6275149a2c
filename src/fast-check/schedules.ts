import * as fc from 'fast-check';
import { CellEnd, type Fault, type Schedule, ServiceError } from '../schedule/schedule.ts';

/** What can go wrong in a drawn schedule. */
export type FaultKind =
  | 'latency'
  | 'cell'
  | 'error'
  | 'response'
  | 'container'
  | 'duplicate'
  | 'pause'
  | 'callOrder';

export interface ScheduleOptions {
  /** What can go wrong. Default: everything. */
  readonly kinds?: readonly FaultKind[] | undefined;
  /** Tools that can be slow. Default: none by name; a slow call is then one of any tool. */
  readonly tools?: readonly string[] | undefined;
  /** How many things go wrong at most. Default: 3. */
  readonly maxFaults?: number | undefined;
  /** Things go wrong with the first so many requests, cells, steps and calls. Default: 6. */
  readonly within?: number | undefined;
}

/** Well beyond the 270 s for which code waits for an answer. */
const LONGEST_LATENCY = 300_000;
/** Just beyond the 90 s a cell may run. */
const LONGEST_CELL = 91_000;
const LONGEST_RETRY_AFTER = 60_000;
/** How many events of a stream come whole, before it breaks. */
const MOST_EVENTS = 8;

const DRAWN: readonly FaultKind[] = [
  'error',
  'response',
  'container',
  'cell',
  'duplicate',
  'pause',
  'latency',
  'callOrder',
];

/**
 * Draws schedules in which a few things go wrong, each once. They shrink to the fewest faults and the smallest numbers.
 * Throws a `RangeError` when there is no kind to draw from.
 */
export function schedules(options: ScheduleOptions = {}): fc.Arbitrary<Schedule> {
  const { kinds = DRAWN, maxFaults = 3 } = options;
  if (kinds.length === 0)
    throw new RangeError('schedules: `kinds` is empty, so nothing can be drawn.');
  const arbitraries = faultArbitraries(options);
  const drawn = kinds.flatMap((kind) => (kind === 'callOrder' ? [] : arbitraries[kind]));
  const faults: fc.Arbitrary<Fault[]> =
    drawn.length > 0 ? fc.array(fc.oneof(...drawn), { maxLength: maxFaults }) : fc.constant([]);
  if (!kinds.includes('callOrder')) return faults.map((each) => ({ faults: each }));
  return fc.record(
    { faults, callOrder: fc.constantFrom('program', 'reversed', 'shuffled') },
    { requiredKeys: ['faults'], ...PLAIN },
  );
}

/** Objects as literals write them: they print and compare like those of a person. */
const PLAIN = { noNullPrototype: true } as const;

function upTo(max: number): fc.Arbitrary<number> {
  return fc.integer({ min: 0, max });
}

function faultArbitraries({
  tools = [],
  within = 6,
}: ScheduleOptions): Record<Exclude<FaultKind, 'callOrder'>, fc.Arbitrary<Fault>[]> {
  const nth = fc.integer({ min: 1, max: within });
  const fromSecond = fc.integer({ min: 2, max: Math.max(2, within) });
  const request = { on: fc.constant('request'), nth } as const;
  const cell = { on: fc.constant('cell'), nth } as const;
  const call = { on: fc.constant('call'), nth, takes: upTo(LONGEST_LATENCY) } as const;
  const error = fc.constantFrom(...ServiceError.options);
  const ends = fc.constantFrom(...CellEnd.options);
  const partly = fc.constantFrom('cut', 'truncated', 'malformed');
  return {
    latency: [
      tools.length > 0
        ? fc.record({ ...call, tool: fc.constantFrom(...tools) }, PLAIN)
        : fc.record(call, PLAIN),
      fc.record({ ...request, takes: upTo(LONGEST_LATENCY) }, PLAIN),
    ],
    cell: [
      fc.record({ ...cell, takes: upTo(LONGEST_CELL) }, PLAIN),
      fc.record({ ...cell, ends }, PLAIN),
      fc.record({ ...cell, ends, effects: fc.constant('kept') }, PLAIN),
    ],
    error: [
      fc.record({ ...request, error }, PLAIN),
      fc.record({ ...request, error, retryAfter: upTo(LONGEST_RETRY_AFTER) }, PLAIN),
    ],
    response: [
      fc.record({ ...request, response: fc.constantFrom('lost', 'dribbled') }, PLAIN),
      fc.record({ ...request, response: partly }, PLAIN),
      fc.record({ ...request, response: partly, after: upTo(MOST_EVENTS) }, PLAIN),
    ],
    container: [
      fc.record({ ...request, container: fc.constantFrom('expired', 'replaced') }, PLAIN),
    ],
    // The first request delivered twice begins a session that the client never hears of.
    duplicate: [fc.record({ ...request, nth: fromSecond, delivered: fc.constant('twice') }, PLAIN)],
    pause: [fc.record({ on: fc.constant('step'), nth, pauses: fc.constant(true) }, PLAIN)],
  };
}
