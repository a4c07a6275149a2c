import * as z from 'zod';

const Milliseconds = z.number().nonnegative();
/** Counts from 1 within a session. */
const Nth = z.int().min(1);

const CallFault = z.strictObject({
  on: z.literal('call'),
  /** Default: every tool. */
  tool: z.string().optional(),
  /** Which call of the tool, in the order the code or Claude made them. Default: every one. */
  nth: Nth.optional(),
  /** How long the tool takes to answer. */
  takes: Milliseconds,
});

const RequestFault = z.strictObject({
  on: z.literal('request'),
  /** Which request of the session. Default: every one. */
  nth: Nth.optional(),
  /** How long the API takes, beside what its cells take. */
  takes: Milliseconds,
});

/** One thing that goes other than at once and well: where (`on`, and what narrows it down), and what happens there. */
export const Fault = z.discriminatedUnion('on', [CallFault, RequestFault]);
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
});
export type Schedule = z.infer<typeof Schedule>;

/** Checks a schedule. Throws a `RangeError` that says what is wrong with it and where. */
export function checkSchedule(schedule: unknown): Schedule {
  const parsed = Schedule.safeParse(schedule);
  if (parsed.success) return parsed.data;
  throw new RangeError(`This is no valid schedule:\n${z.prettifyError(parsed.error)}`);
}
