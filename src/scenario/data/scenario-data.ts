import * as z from 'zod';
import { Schedule } from '../../schedule/schedule.ts';
import type { UserPredicate } from '../user-message.ts';
import { crossCheck } from './cross-check.ts';
import { type ExpectData, expectSchema } from './expect-data.ts';
import { CodeExpectation, type Expectation, FileExpectation } from './expectation-data.ts';
import { parsePattern } from './pattern.ts';
import {
  type Condition,
  FileCondition,
  type StepData,
  stepSchema,
  type TextFrom,
  type TurnPredicate,
} from './step-data.ts';
import { codeToolSchema, type ToolData, ToolName, toolSchema } from './tool-data.ts';
import { WebPageData } from './web-page-data.ts';

/** The model the reference client asks for when a scenario names none. */
export const DEFAULT_MODEL = 'claude-sonnet-4-6';

/** What a user message has to be. What is left out may be anything. */
export interface MessageData {
  /** Its text, white space around it aside; with `match`, what the reference client says. */
  readonly user?: string | undefined;
  /** A pattern such as `/total/i`, or in TypeScript a predicate. */
  readonly match?: string | UserPredicate | undefined;
}

/** What the user says and what Claude does. */
export interface TurnData extends MessageData {
  /** Which of the conversation's user messages it has to be, from 1. */
  readonly position?: number | undefined;
  /** The user may leave this turn out. Default: false. */
  readonly optional?: boolean | undefined;
  readonly claude: readonly StepData[];
}

/** A conversation beside others: `user`, `match` and `system` say what it begins with. */
export interface ConversationData extends MessageData {
  /** How messages call it. */
  readonly conversation: string;
  /** The system prompt it has to have: a text, or a pattern such as `/title/i`. */
  readonly system?: string | undefined;
  /** It may be left out. Default: false. */
  readonly optional?: boolean | undefined;
  readonly turns: readonly TurnData[];
}

/** A scenario: as a file holds it, except that TypeScript may have functions and matchers in it. */
export interface ScenarioData {
  readonly scenario: string;
  readonly model?: string | undefined;
  readonly tools?: Readonly<Record<string, ToolData>> | undefined;
  /** The web that `web_search` and `web_fetch` see when code calls them. Default: none, and such a call fails. */
  readonly web?: readonly WebPageData[] | undefined;
  readonly turns?: readonly TurnData[] | undefined;
  readonly conversations?: readonly ConversationData[] | undefined;
  /** What goes wrong while it is played, and when. Default: nothing. */
  readonly schedule?: Schedule | undefined;
  /** What Claude does when the user says what no turn expects. Default: the request fails, and says what was expected. */
  readonly otherwise?: readonly StepData[] | undefined;
  readonly expect?: ExpectData | undefined;
}

const Pattern = z.string().refine((text) => parsePattern(text) !== undefined, {
  error: ({ input }) => `expected a pattern such as /total/i, got ${JSON.stringify(input)}`,
});

interface Dialect {
  readonly tool: z.ZodType<ToolData>;
  readonly text: z.ZodType<string | TextFrom>;
  readonly when: z.ZodType<Condition>;
  readonly match: z.ZodType<string | UserPredicate>;
  readonly expectation: z.ZodType<Expectation>;
}

/** The schema, given what only TypeScript can say. */
function scenarioSchema({
  tool,
  text,
  when,
  match,
  expectation,
}: Dialect): z.ZodType<ScenarioData> {
  const step = stepSchema(text, when);
  const message = { user: z.string().optional(), match: match.optional() };
  const optional = z.boolean().optional();
  const turns = z
    .array(
      z.strictObject({
        ...message,
        position: z.int().min(1).optional(),
        optional,
        claude: z.array(step).min(1),
      }),
    )
    .min(1);
  const conversation = z.strictObject({
    conversation: z.string().min(1),
    ...message,
    system: z.string().optional(),
    optional,
    turns,
  });
  return z
    .strictObject({
      scenario: z.string().min(1),
      model: z.string().optional(),
      tools: z.record(ToolName, tool).optional(),
      web: z.array(WebPageData).optional(),
      schedule: Schedule.optional(),
      turns: turns.optional(),
      conversations: z.array(conversation).min(1).optional(),
      otherwise: z.array(step).min(1).optional(),
      expect: expectSchema(expectation).optional(),
    })
    .superRefine(crossCheck);
}

/** A scenario as a file holds it: plain data, no functions. */
export const ScenarioFile: z.ZodType<ScenarioData> = scenarioSchema({
  tool: toolSchema,
  text: z.string(),
  when: FileCondition,
  match: Pattern,
  expectation: FileExpectation,
});

const functionOr = <Function>(what: string) =>
  z.custom<Function>((value) => typeof value === 'function', `expected ${what} or a function`);

/** A scenario as TypeScript writes it. */
export const ScenarioData: z.ZodType<ScenarioData> = scenarioSchema({
  tool: codeToolSchema,
  text: z.union([z.string(), functionOr<TextFrom>('text')]),
  when: z.union([FileCondition, functionOr<TurnPredicate>('a condition')]),
  match: z.union([Pattern, functionOr<UserPredicate>('a pattern')]),
  expectation: CodeExpectation,
});
