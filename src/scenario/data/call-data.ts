import * as z from 'zod';

const Input = z.record(z.string(), z.unknown());

/** Who is expected to make a call: the code of a cell, or Claude itself. */
export const ExpectedCaller = z.enum(['code', 'direct']);
export type ExpectedCaller = z.infer<typeof ExpectedCaller>;

/** A tool call: the tool's name in `call`, its whole arguments in `input`. */
export interface CallData {
  readonly call: string;
  readonly input?: Record<string, unknown> | undefined;
  readonly caller?: ExpectedCaller | undefined;
}

/** The short form `name: { …arguments }`: a map with one key. */
const ShortCall = z
  .record(z.string(), Input)
  .refine((short) => Object.keys(short).length === 1, {
    error: ({ input }) =>
      `expected one tool name, got ${Object.keys(Object(input)).map(quote).join(' and ') || 'none'}`,
  })
  .transform((short): CallData => {
    const [entry] = Object.entries(short);
    return { call: entry![0], input: entry![1] };
  });

const quote = (name: string): string => JSON.stringify(name);

/** Just a name: whatever the arguments. */
const CallName = z.string().transform((name): CallData => ({ call: name }));

/** A call a scenario expects: `name`, `name: { … }` or `{ call: name, input: { … }, caller: code }`. */
export const ExpectedCallData = z.union([
  CallName,
  z.strictObject({
    call: z.string(),
    input: Input.optional(),
    caller: ExpectedCaller.optional(),
  }),
  ShortCall,
]);

/** A call Claude makes itself: `name`, `name: { … }` or `{ call: name, input: { … } }`. No input means `{}`. */
export const ScriptedCallData = z
  .union([CallName, z.strictObject({ call: z.string(), input: Input.optional() }), ShortCall])
  .transform(({ call, input }) => ({ call, input: input ?? {} }));
