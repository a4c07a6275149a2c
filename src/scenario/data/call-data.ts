import * as z from 'zod';
import { didYouMean } from '../errors/nearest.ts';
import type { Matcher } from './matcher.ts';
import { PATTERN_KEY, withPatterns } from './pattern.ts';

const Input = z.record(z.string(), z.unknown());

/** Who is expected to make a call: the code of a cell, or Claude itself. */
export const ExpectedCaller = z.enum(['code', 'direct']);
export type ExpectedCaller = z.infer<typeof ExpectedCaller>;

/** An expected tool call. What is left out may be anything. */
export interface CallData<Name extends string = string, Input = Record<string, unknown> | Matcher> {
  /** The tool's name. */
  readonly call: Name;
  /** The whole of the arguments; in TypeScript with matchers in it, or a matcher itself. */
  readonly input?: Input | undefined;
  /** Whether there may be more arguments than those in `input`, at any depth. Default: false. */
  readonly partial?: boolean | undefined;
  readonly caller?: ExpectedCaller | undefined;
  /** The cell whose code makes the call: 1 for the first of the transcript. */
  readonly cell?: number | undefined;
  /** What the call is answered: text as it is, anything else as the JSON it is. */
  readonly returns?: unknown;
  /** The text of the error it is answered with. */
  readonly throws?: string | Matcher | undefined;
}

/** The keys of a call's long form. */
const callShape = {
  call: z.string(),
  input: Input.optional(),
  partial: z.boolean().optional(),
  caller: ExpectedCaller.optional(),
  cell: z.int().min(1).optional(),
  returns: z.unknown().optional(),
  throws: z.string().optional(),
};

const reportTo =
  (context: z.RefinementCtx) =>
  (path: PropertyKey[], message: string): void =>
    context.addIssue({ code: 'custom', path, message });

/** The arguments of a call that a file expects: patterns may stand for values. */
const FileInput = Input.transform((input, context) => withPatterns(input, reportTo(context)));

/** The keys of such a call's long form. */
const fileShape = {
  ...callShape,
  input: FileInput.optional(),
  returns: z
    .unknown()
    .transform((value, context) => withPatterns(value, reportTo(context)))
    .optional(),
  throws: z
    .union([
      z.string(),
      z
        .strictObject({ [PATTERN_KEY]: z.string() })
        .transform((value, context) => withPatterns(value, reportTo(context)))
        .pipe(z.instanceof(RegExp)),
    ])
    .optional(),
};

/**
 * The short form `name: { …arguments }`: a map with one key. The words in `reserved` mean something else there: a tool
 * of such a name has to be written in the long form.
 */
const shortCall = <Arguments>(reserved: readonly string[], schema: z.ZodType<Arguments>) =>
  z.record(z.string(), z.unknown()).transform((short, context) => {
    const [[name, input] = ['', undefined], ...more] = Object.entries(short);
    const names = Object.keys(short).map((key) => JSON.stringify(key));
    const report = (message: string, path: PropertyKey[] = []): never => {
      context.addIssue({ code: 'custom', path, message });
      return z.NEVER;
    };
    if (name === '' || more.length > 0) {
      const separate = names.length > 1 ? '; an item of its own begins with "- "' : '';
      return report(`expected one tool name, got ${names.join(' and ') || 'none'}${separate}`);
    }
    if (reserved.includes(name)) return report(`${names.join('')} is no tool here`);
    const parsed = schema.safeParse(input);
    if (parsed.success) return { call: name, input: parsed.data };
    for (const { path, message, code } of parsed.error.issues) {
      if (code === 'custom') report(message, [name, ...path]);
      else report(`expected a map of arguments${didYouMean(name, reserved)}`, [name]);
    }
    return z.NEVER;
  });

/** Just a name: whatever the arguments. */
const CallName = z
  .string()
  .transform((name): { call: string; input?: undefined } => ({ call: name }));

/** A call as a file expects it: `name`, `name: { … }` or `{ call: name, input: { … }, caller: code }`. */
export const fileCall = (reserved: readonly string[]): z.ZodType<CallData> =>
  z.union([CallName, z.strictObject(fileShape), shortCall(reserved, FileInput)]);

/** A call as TypeScript expects it: matchers may stand for its arguments and its answer. */
export const codeCall = (matcher: z.ZodType<Matcher>): z.ZodType<CallData> =>
  z.union([
    CallName,
    z.strictObject({
      ...callShape,
      input: z.union([matcher, Input]).optional(),
      throws: z.union([z.string(), matcher]).optional(),
    }),
  ]);

/** A call Claude makes itself: `name`, `name: { … }` or `{ call: name, input: { … } }`. No input means `{}`. */
export const ScriptedCallData = z
  .union([
    CallName,
    z.strictObject({ call: z.string(), input: Input.optional() }),
    shortCall([], Input),
  ])
  .transform(({ call, input }) => ({ call, input: input ?? {} }));
