import * as fc from 'fast-check';
import { CellEnd, type Fault, type Schedule, ServiceError } from '../schedule/schedule.ts';

/** What can go wrong in a drawn schedule. */
export type FaultKind =
  | 'latency'
  | 'cell'
  | 'error'
  | 'response'
  | 'container'
  | 'thread'
  | 'duplicate'
  | 'pause'
  | 'call_order';

export interface ScheduleOptions {
  /** What can go wrong. Default: everything. */
  readonly kinds?: readonly FaultKind[] | undefined;
  /** Tools that can be slow. Default: none by name; a slow call is then one of any tool. */
  readonly tools?: readonly string[] | undefined;
  /** How many things go wrong at most. Default: 3. */
  readonly maxFaults?: number | undefined;
  /** Things go wrong with the first so many requests and calls of a session. Default: 6. */
  readonly within?: number | undefined;
  /** With the first so many cells. Default: as `within` says. */
  readonly cells?: number | undefined;
  /** With the first so many steps of the script. Default: as `within` says. */
  readonly steps?: number | undefined;
}

/** For so long code waits for an answer. */
const CODE_WAITS = 270_000;
const LONGEST_CALL = 300_000;
/** The API takes its time while a cell waits for answers, too: not so much that no client could be in time. */
const LONGEST_REQUEST = 20_000;
/** Just beyond the 90 s a cell may run. */
const LONGEST_CELL = 91_000;
/** Clients wait no longer than a minute, and give up instead. */
const LONGEST_RETRY_AFTER = 59_000;
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
  'thread',
  'call_order',
];

/**
 * Draws schedules in which a few things go wrong, most of them once, and some every time. They shrink to the fewest faults and the smallest numbers.
 * Throws a `RangeError` when there is no kind to draw from.
 */
export function schedules(options: ScheduleOptions = {}): fc.Arbitrary<Schedule> {
  const { kinds = DRAWN, maxFaults = 3 } = options;
  if (kinds.length === 0)
    throw new RangeError('schedules: `kinds` is empty, so nothing can be drawn.');
  const arbitraries = faultArbitraries(options);
  const drawn = kinds.flatMap((kind) =>
    kind === 'call_order' ? [] : fc.oneof(...arbitraries[kind]),
  );
  const faults: fc.Arbitrary<Fault[]> =
    drawn.length > 0 ? fc.array(fc.oneof(...drawn), { maxLength: maxFaults }) : fc.constant([]);
  if (!kinds.includes('call_order')) return faults.map((each) => ({ faults: each }));
  return fc.record(
    { faults, call_order: fc.constantFrom('program', 'reversed', 'shuffled') },
    { requiredKeys: ['faults'], ...PLAIN },
  );
}

/**
 * Draws schedules in which nothing goes wrong, but tools and the API take their time. With `clock: 'linked'` that is also
 * the order in which calls made at once are answered.
 */
export function latencies(options: Omit<ScheduleOptions, 'kinds'> = {}): fc.Arbitrary<Schedule> {
  return schedules({ ...options, kinds: ['latency'] });
}

/** Objects as literals write them: they print and compare like those of a person. */
const PLAIN = { noNullPrototype: true } as const;

function upTo(max: number): fc.Arbitrary<number> {
  return fc.integer({ min: 0, max });
}

/** Counts from 1, the first ones oftener: most sessions are short. */
function early(max: number, min = 1): fc.Arbitrary<number> {
  const last = Math.max(min, max);
  return fc.oneof(
    { weight: 3, arbitrary: fc.integer({ min, max: Math.min(last, min + 1) }) },
    { weight: 1, arbitrary: fc.integer({ min, max: last }) },
  );
}

/** What mostly strikes once, and now and then every time: an agent that never gives up needs no less to be seen. */
function mostly(once: fc.Arbitrary<Fault>, everyTime: fc.Arbitrary<Fault>): fc.Arbitrary<Fault> {
  return fc.oneof({ weight: 2, arbitrary: once }, { weight: 1, arbitrary: everyTime });
}

function faultArbitraries({
  tools = [],
  within = 6,
  cells = within,
  steps = within,
}: ScheduleOptions): Record<Exclude<FaultKind, 'call_order'>, fc.Arbitrary<Fault>[]> {
  const request = { on: fc.constant('request'), nth: fc.integer({ min: 1, max: within }) } as const;
  const cell = { on: fc.constant('cell'), nth: early(cells) } as const;
  const tooLong = fc.integer({ min: CODE_WAITS + 1, max: LONGEST_CALL });
  const callTakes = fc.oneof(upTo(LONGEST_CALL), tooLong);
  const call = { on: fc.constant('call'), nth: early(within), takes: callTakes } as const;
  const error = fc.constantFrom(...ServiceError.options);
  const outage = fc.constantFrom('overloaded_error', 'rate_limit_error');
  const ends = fc.constantFrom(...CellEnd.options);
  const lost = fc.constant('lost');
  const dribbled = fc.constant('dribbled');
  const partly = fc.constantFrom('cut', 'truncated', 'malformed');
  const step = { on: fc.constant('step') } as const;
  const pauses = fc.constant(true);
  return {
    latency: [
      tools.length > 0
        ? fc.record({ ...call, tool: fc.constantFrom(...tools) }, PLAIN)
        : fc.record(call, PLAIN),
      fc.record({ ...request, takes: upTo(LONGEST_REQUEST) }, PLAIN),
    ],
    cell: [
      fc.record({ ...cell, takes: upTo(LONGEST_CELL) }, PLAIN),
      mostly(fc.record({ ...cell, ends }, PLAIN), fc.record({ on: cell.on, ends }, PLAIN)),
      fc.record({ ...cell, ends, effects: fc.constant('kept') }, PLAIN),
    ],
    error: [
      mostly(
        fc.record({ ...request, error }, PLAIN),
        fc.record({ on: request.on, error: outage }, PLAIN),
      ),
      fc.record({ ...request, error, retry_after: upTo(LONGEST_RETRY_AFTER) }, PLAIN),
    ],
    response: [
      mostly(
        fc.record({ ...request, response: lost }, PLAIN),
        fc.record({ on: request.on, response: lost }, PLAIN),
      ),
      fc.record({ ...request, takes: upTo(LONGEST_REQUEST), response: dribbled }, PLAIN),
      fc.record({ ...request, response: partly }, PLAIN),
      fc.record({ ...request, response: partly, after: upTo(MOST_EVENTS) }, PLAIN),
    ],
    container: [
      fc.record({ ...request, container: fc.constantFrom('expired', 'replaced') }, PLAIN),
    ],
    thread: [fc.record({ ...request, nth: early(within, 2), thread: fc.constant('lost') }, PLAIN)],
    duplicate: [fc.record({ ...request, delivered: fc.constant('twice') }, PLAIN)],
    pause: [
      mostly(
        fc.record({ ...step, nth: early(steps), pauses }, PLAIN),
        fc.record({ ...step, pauses }, PLAIN),
      ),
    ],
  };
}
