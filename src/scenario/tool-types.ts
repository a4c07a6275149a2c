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

/**
 * The arguments that tools take, by their names: those of a schema, or of the function of a tool such as `betaZodTool`
 * makes. Any tools with any arguments, unless at least one says its arguments to the compiler. Of a list the names have to
 * be said, too, which those that `betaZodTool` makes do not: give such tools by name.
 */
export type InputsOf<Tools> = Tools extends readonly (infer Tool)[]
  ? InputsByName<{ [Name in NameOf<Tool>]: Extract<Tool, { readonly name: Name }> }>
  : InputsByName<Tools>;

type InputsByName<Tools> = string extends keyof Tools
  ? AnyInputs
  : [KnownInput<Tools[keyof Tools]>] extends [never]
    ? AnyInputs
    : {
        readonly [Name in keyof Tools & string]: [KnownInput<Tools[Name]>] extends [never]
          ? Record<string, unknown>
          : KnownInput<Tools[Name]>;
      };

type NameOf<Tool> = Tool extends { readonly name: infer Name extends string } ? Name : string;

/** The arguments of a tool as it says them to the compiler; never when it does not. */
type KnownInput<Tool> = Tool extends {
  readonly input_schema: { readonly '~standard': { readonly types?: infer Types } };
}
  ? NonNullable<Types> extends { readonly input: infer Input }
    ? ObjectOf<Input>
    : never
  : Tool extends { run(input: infer Input): unknown }
    ? ObjectOf<Input>
    : never;

type ObjectOf<Input> = 0 extends 1 & Input ? never : Extract<Input, object>;

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
