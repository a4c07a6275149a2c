import * as z from 'zod';
import { Duration } from '../../schedule/duration.ts';

/** The code execution tool the reference client declares. */
export const CODE_EXECUTION = 'code_execution_20260120';

const With = z.record(z.string(), z.unknown());

/** What every answer may say: for which calls it is, and how often it is given at most. */
const condition = {
  with: With.optional(),
  partial: z.boolean().optional(),
  times: z.int().min(1).optional(),
};

const AnswerData = z.union([
  z.strictObject({ ...condition, returns: z.json() }),
  z.strictObject({ ...condition, throws: z.string() }),
]);

/**
 * What a tool answers: `returns` text as it is, anything else as JSON, or `throws` an error. It is for calls with exactly
 * these arguments (`with`; with `partial` there may be more), or for any, and given at most so many `times`: so a list
 * of answers can be a sequence.
 */
export type AnswerData = z.infer<typeof AnswerData>;

/** A tool as a file says it. */
export const toolSchema = z.strictObject({
  description: z.string().optional(),
  input_schema: z.looseObject({ type: z.literal('object') }).optional(),
  allowed_callers: z
    .array(z.enum(['direct', CODE_EXECUTION]))
    .min(1)
    .optional(),
  returns: z.json().optional(),
  throws: z.string().optional(),
  answers: z.array(AnswerData).min(1).optional(),
  takes: Duration.optional(),
  writes: z.boolean().optional(),
});

/** What does a tool's work. What it throws is an error result. */
export type ToolFunction = (input: unknown) => unknown;

/** A tool as TypeScript says it. */
export const codeToolSchema = toolSchema.extend({
  run: z
    .custom<ToolFunction>((value) => typeof value === 'function', 'expected a function')
    .optional(),
});

/**
 * A tool of the agent, and what it answers when the reference client plays the agent: always the same (`returns` or
 * `throws`), the first of its `answers` that is for the call, or in TypeScript what `run` returns. `takes` is how long a
 * call takes, in virtual milliseconds, whoever plays the agent. `writes` says that a call changes something: a trial
 * sees to it that it happens once.
 */
export type ToolData = z.infer<typeof codeToolSchema>;

export const ToolName: z.ZodString = z.string().regex(/^[a-zA-Z0-9_-]{1,64}$/, {
  error: 'a tool name is 1 to 64 letters, digits, "_" or "-"',
});
