import * as z from 'zod';
import { TextEditorCommand } from '../../protocol/container-tools.ts';
import type { PlayedTurn } from '../played-turn.ts';
import { ScriptedCallData } from './call-data.ts';
import { crossCheck } from './cross-check.ts';
import { CodeExpectation, type Expectation, FileExpectation } from './expectation-data.ts';
import { parsePattern } from './pattern.ts';

/** The code execution tool the reference client declares. */
export const CODE_EXECUTION = 'code_execution_20260120';

/** The model the reference client asks for when a scenario names none. */
export const DEFAULT_MODEL = 'claude-sonnet-4-6';

/** Text made when it is needed, from what happened so far in the turn. */
export type TextFrom = (turn: PlayedTurn) => string;

const Pattern = z.string().refine((text) => parsePattern(text) !== undefined, {
  error: ({ input }) => `expected a pattern such as /total/i, got ${JSON.stringify(input)}`,
});

const With = z.record(z.string(), z.unknown());

/** What a tool answers to calls with exactly these arguments (`with`), or to any call. Text goes as it is, the rest as JSON. */
const AnswerData = z.union([
  z.strictObject({ with: With.optional(), returns: z.json() }),
  z.strictObject({ with: With.optional(), throws: z.string() }),
]);

const ToolData = z.strictObject({
  description: z.string().optional(),
  input_schema: z.looseObject({ type: z.literal('object') }).optional(),
  allowed_callers: z
    .array(z.enum(['direct', CODE_EXECUTION]))
    .min(1)
    .optional(),
  returns: z.json().optional(),
  answers: z.array(AnswerData).min(1).optional(),
});
/** A tool of the agent, and what it answers when the reference client plays the agent. */
export type ToolData = z.infer<typeof ToolData>;

const ToolName = z.string().regex(/^[a-zA-Z0-9_-]{1,64}$/, {
  error: 'a tool name is 1 to 64 letters, digits, "_" or "-"',
});

/**
 * The schema, given what Claude's own text and an expectation may be: plain data in a file, functions and matchers too in
 * TypeScript.
 */
function scenarioSchema<Text extends z.ZodType>(text: Text, expectation: z.ZodType<Expectation>) {
  const calls = z.union([z.array(expectation), expectation]);
  const Step = z.union([
    z.strictObject({ says: text }),
    z.strictObject({ runs: text, prints: z.string().optional(), raises: z.string().optional() }),
    z.strictObject({ bash: text }),
    z.strictObject({ edit: TextEditorCommand }),
    z.strictObject({ calls: z.array(ScriptedCallData).min(1) }),
  ]);
  const Turn = z.strictObject({
    user: z.string().optional(),
    match: Pattern.optional(),
    optional: z.boolean().optional(),
    claude: z.array(Step).min(1),
  });
  return z.strictObject({
    scenario: z.string().min(1),
    model: z.string().optional(),
    tools: z.record(ToolName, ToolData).optional(),
    turns: z.array(Turn).min(1),
    expect: z.strictObject({ calls: calls.optional() }).optional(),
  });
}

/** A scenario as a file holds it: plain data, no functions. */
export const ScenarioFile = scenarioSchema(z.string(), FileExpectation).superRefine(crossCheck);

/** A scenario: as a file holds it, except that text and code may be functions of the turn so far. */
export const ScenarioData = scenarioSchema(
  z.union([
    z.string(),
    z.custom<TextFrom>((value) => typeof value === 'function', 'expected text or a function'),
  ]),
  CodeExpectation,
).superRefine(crossCheck);
export type ScenarioData = z.infer<typeof ScenarioData>;

/** What the user says and what Claude does. */
export type TurnData = ScenarioData['turns'][number];

/** One thing Claude does: says text, runs a cell or a shell command, edits a file, or calls tools directly. */
export type StepData = TurnData['claude'][number];

/** A step that runs a cell. */
export type RunsData = Extract<StepData, { runs: unknown }>;
