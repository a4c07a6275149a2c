import type { CallData } from './data/call-data.ts';
import type { Matcher, StandardSchema } from './data/matcher.ts';
import type { ToolData } from './data/tool-data.ts';

/** A tool as TypeScript writes it: the schema of its arguments may be one of zod or of another library. */
export type ToolOptions = Omit<ToolData, 'input_schema' | 'run'> & {
  readonly input_schema?: ToolData['input_schema'] | StandardSchema;
};

/**
 * A tool that does its work itself, such as `betaTool` and `betaZodTool` of `@anthropic-ai/sdk` make: declared as it says,
 * and called for the answers. A thrown error is an error result.
 */
export interface RunnableTool {
  /** Default: the key it is given under. A list has none. */
  readonly name?: string | undefined;
  readonly description?: string | undefined;
  readonly input_schema?: object | undefined;
  /** Default: code alone. */
  readonly allowed_callers?: readonly string[] | undefined;
  /** Checks the arguments. What it returns is what `run` gets. Default: the arguments as they are. */
  parse?(input: unknown): unknown;
  /** Returns text or content blocks; anything else is sent as JSON. */
  run(input: unknown): unknown;
}

/** The tools of a scenario: by name, or in a list when all of them say their name. */
export type ToolsOption =
  | Readonly<Record<string, ToolOptions | RunnableTool>>
  | readonly RunnableTool[];

/** The arguments of each tool, by its name. */
export type ToolInputs = Readonly<Record<string, object>>;

/** Any tools with any arguments. */
export type AnyInputs = Readonly<Record<string, Record<string, unknown>>>;

/** The arguments that tools take. Any tools with any arguments, unless at least one has a schema to be read by the compiler. */
export type InputsOf<Tools> = Tools extends readonly unknown[]
  ? AnyInputs
  : Tools[keyof Tools] extends { readonly input_schema?: infer Schema }
    ? Extract<Schema, StandardSchema> extends never
      ? AnyInputs
      : { readonly [Name in keyof Tools & string]: InputOf<Tools[Name]> }
    : AnyInputs;

type InputOf<Tool> = Tool extends {
  readonly input_schema: { readonly '~standard': { readonly types?: infer Types } };
}
  ? NonNullable<Types> extends { readonly input: infer Input extends object }
    ? Input
    : Record<string, unknown>
  : Record<string, unknown>;

/** A call of one of these tools with its arguments, or with matchers in their place. */
export type CallOf<Inputs extends ToolInputs> = {
  [Name in keyof Inputs & string]:
    | CallData<Name, Expected<Inputs[Name]> | Matcher>
    | (CallData<Name, PartOf<Expected<Inputs[Name]>> | Matcher> & { readonly partial: true });
}[keyof Inputs & string];

/** A call that Claude makes: the arguments are what they are. */
export type MadeCall<Inputs extends ToolInputs> = {
  [Name in keyof Inputs & string]: {
    readonly call: Name;
    readonly input?: Inputs[Name] | undefined;
  };
}[keyof Inputs & string];

type Expected<Value> = Value extends readonly (infer Item)[]
  ? readonly (Expected<Item> | Matcher)[]
  : Value extends object
    ? { readonly [Key in keyof Value]: Expected<Value[Key]> | Matcher }
    : Value;

type PartOf<Value> = Value extends Matcher
  ? Value
  : Value extends object
    ? { readonly [Key in keyof Value]?: PartOf<Value[Key]> }
    : Value;
