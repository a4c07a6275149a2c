import * as z from 'zod';
import {
  callsSchema,
  CodeExpectation,
  type Expectation,
  type ExpectedCalls,
} from './expectation-data.ts';
import type { RunsData } from './step-data.ts';

const Count = z.union([
  z.int().min(0),
  z.strictObject({ min: z.int().min(0).optional(), max: z.int().min(0).optional() }),
]);

/** A number, or the least and the most it may be. */
export type Count = z.infer<typeof Count>;

const usage = {
  input_tokens: Count.optional(),
  output_tokens: Count.optional(),
  cache_read_input_tokens: Count.optional(),
  cache_creation_input_tokens: Count.optional(),
};

/** The parts of a request that a prompt cache covers, each with the reason why it may change. */
const CachePrefix = z.union([
  z.literal('unbroken'),
  z.strictObject({
    system: z.string().min(1).optional(),
    tools: z.string().min(1).optional(),
    messages: z.string().min(1).optional(),
  }),
]);

const end = {
  prints: z.string().optional(),
  return_code: z.int().optional(),
};
const CommandEnds = z.union([Count, z.array(z.strictObject(end))]);
const CellEnds = z.union([
  Count,
  z.array(z.strictObject({ ...end, raises: z.string().optional() })),
]);

/** How a cell or a shell command ends: without an error, unless one is named. */
export type ExpectedEnd = Pick<RunsData, 'prints' | 'raises' | 'return_code'>;

/** How many there are, or how each of them ends, in the order in which they began. */
export type ExpectedUses = Count | readonly ExpectedEnd[];

const totals = {
  counts: z.record(z.string(), Count).optional(),
  text: z.string().optional(),
  requests: Count.optional(),
  containers: Count.optional(),
  usage: z.strictObject(usage).optional(),
  cache_prefix: CachePrefix.optional(),
};

type Totals = z.infer<z.ZodObject<typeof totals>>;

/** What must have happened in the end, over a whole transcript. What is left out may be anything. */
export interface ExpectData extends Totals {
  /** The tool calls, in order. */
  readonly calls?: ExpectedCalls | undefined;
  /** How many cells ran, or how each of them ended. */
  readonly cells?: ExpectedUses | undefined;
  /** How many shell commands ran, or how each of them ended. */
  readonly commands?: Count | readonly Omit<ExpectedEnd, 'raises'>[] | undefined;
  /** How often each of these tools was called. */
  readonly counts?: Totals['counts'];
  /** What Claude wrote last: a text, or a pattern such as `/7/`. */
  readonly text?: Totals['text'];
  /** How many requests were sent, refused ones included. */
  readonly requests?: Totals['requests'];
  /** How many containers were created. */
  readonly containers?: Totals['containers'];
  /** The tokens of all responses together. */
  readonly usage?: Totals['usage'];
  /**
   * Whether every request of a conversation begins with what the one before had, so that a prompt cache can be used:
   * `unbroken`, or a reason for each part that may change.
   */
  readonly cache_prefix?: Totals['cache_prefix'];
}

/** The schema, given what an expectation of a call may be. */
export function expectSchema(expectation: z.ZodType<Expectation>): z.ZodType<ExpectData> {
  return z.strictObject({
    calls: callsSchema(expectation).optional(),
    cells: CellEnds.optional(),
    commands: CommandEnds.optional(),
    ...totals,
  });
}

/** What must have happened in the end, as TypeScript says it. */
export const CodeExpect: z.ZodType<ExpectData> = expectSchema(CodeExpectation);
