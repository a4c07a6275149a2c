import * as z from 'zod';
import type { MessageRequest } from '../protocol/request.ts';
import type { SessionView } from '../protocol/session-view.ts';
import { Duration } from './duration.ts';

/** Virtual time has whole milliseconds in a schedule. */
const Milliseconds = Duration.pipe(z.int());
/** Counts from 1 within a session. */
const Nth = z.int().min(1);

const CallFault = z.strictObject({
  on: z.literal('call'),
  /** Default: every tool. */
  tool: z.string().optional(),
  /** Which call of the tool, in the order the code or Claude made them. Default: every one. */
  nth: Nth.optional(),
  /** How long the tool takes to answer. Beyond 270 s the code has given up waiting. */
  takes: Milliseconds,
});

/** How a cell can end other than by itself. `killed` is our guess: return code 137, no output. */
export const CellEnd = z.enum([
  'execution_time_exceeded',
  'unavailable',
  'too_many_requests',
  'invalid_tool_input',
  'killed',
]);
export type CellEnd = z.infer<typeof CellEnd>;

const CellFault = z.strictObject({
  on: z.literal('cell'),
  /** Which cell of the session. Default: every one. */
  nth: Nth.optional(),
  /** Time that passes before its first line and counts against its limit of 90 s. */
  takes: Milliseconds.optional(),
  /** How it ends. Default: as its code does. */
  ends: CellEnd.optional(),
  /** With `ends`: whether its code ran all the same and only its output is lost. Default: `none`, it did not run. */
  effects: z.enum(['none', 'kept']).optional(),
});
export type CellFault = z.infer<typeof CellFault>;

const StepFault = z.strictObject({
  on: z.literal('step'),
  /** Which step of the script, counted over the whole session. Default: every one. */
  nth: Nth.optional(),
  /** The response ends with `pause_turn` before this step, if there is anything in it by then. */
  pauses: z.literal(true),
});

/** Errors of the API that no request deserves (api-truth.md §6). */
export const ServiceError = z.enum([
  'rate_limit_error',
  'api_error',
  'timeout_error',
  'overloaded_error',
]);
export type ServiceError = z.infer<typeof ServiceError>;

/**
 * What becomes of a response on its way to the client. `lost`: the connection ends before it begins. `cut`: the connection
 * breaks in the middle. `truncated`: it ends in the middle as if it were whole. `malformed`: an event is broken JSON.
 * `dribbled`: it comes whole, a byte at a time; with `takes`, evenly over that time.
 */
const Delivery = z.enum(['lost', 'cut', 'truncated', 'malformed', 'dribbled']);
export type Delivery = z.infer<typeof Delivery>;

const RequestFault = z.strictObject({
  on: z.literal('request'),
  /** Which request of the session, retries included. Default: every one. */
  nth: Nth.optional(),
  /** How long the API takes, beside what its cells take. */
  takes: Milliseconds.optional(),
  /** The API refuses the request with this error, and nothing comes of it. */
  error: ServiceError.optional(),
  /** With `error`: how long the client is told to wait. */
  retry_after: Milliseconds.optional(),
  /** What the request's container has become: gone, or another with nothing in it (gone, too, while a cell waits in it). */
  container: z.enum(['expired', 'replaced']).optional(),
  /** What has become of the thread that the request continues: the API knows nothing of it any more. */
  thread: z.literal('lost').optional(),
  /** The request reaches the API twice; the client gets the second response. */
  delivered: z.literal('twice').optional(),
  /** What becomes of the response. Default: it arrives. */
  response: Delivery.optional(),
  /** With `cut`, `truncated` or `malformed`: how many events of the stream come whole. Default: half of them. */
  after: z.int().nonnegative().optional(),
});
export type RequestFault = z.infer<typeof RequestFault>;

/** One thing that goes other than at once and well: where (`on`, and what narrows it down), and what happens there. */
export const Fault = z.discriminatedUnion('on', [CallFault, CellFault, StepFault, RequestFault]);
export type Fault = z.infer<typeof Fault>;

/** What goes wrong, and when, as plain data. All times are virtual milliseconds. */
export const Schedule = z.strictObject({
  /** In order: where several fit, the first one counts. Default: none. */
  faults: z.array(Fault).optional(),
  /**
   * How long the client has the ball when it answers several calls at once: as long as the slowest (`max`), as all of them
   * (`sum`: it runs them one after the other), or always the same. Default: `max`.
   */
  turnaround: z
    .union([z.enum(['max', 'sum']), Milliseconds], {
      error: 'expected "max", "sum" or a number of milliseconds',
    })
    .optional(),
  /** In which order a response reports calls made at once. Default: as `fidelity.parallelCallOrder` says. */
  call_order: z.enum(['shuffled', 'program', 'reversed']).optional(),
});
export type Schedule = z.infer<typeof Schedule>;

/** A schedule, or what chooses one for each session when its first request comes; undefined: nothing goes wrong. */
export type ScheduleSource =
  | Schedule
  | ((
      session: SessionView,
      request: MessageRequest,
    ) => Schedule | undefined | Promise<Schedule | undefined>);

/** A script that says, too, what goes wrong while it is played. */
export interface Scheduled {
  readonly schedule?: ScheduleSource | undefined;
}

/** Checks a schedule. Throws a `RangeError` that says what is wrong with it and where. */
export function checkSchedule(schedule: unknown): Schedule {
  const parsed = Schedule.safeParse(schedule);
  if (parsed.success) return parsed.data;
  throw new RangeError(`This is no valid schedule:\n${z.prettifyError(parsed.error)}`);
}
