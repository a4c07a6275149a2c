import * as z from 'zod';
import { TOOL_ERROR_CODES } from '../../protocol/command-results.ts';
import { TextEditorCommand } from '../../protocol/container-tools.ts';
import { RefusalDetails, StopReason } from '../../protocol/message.ts';
import type { PlayedTurn } from '../played-turn.ts';
import { ScriptedCallData } from './call-data.ts';

/** Text made when it is needed, from what happened so far in the turn. */
export type TextFrom = (turn: PlayedTurn) => string;

/** Decides, when Claude gets there, whether it takes a branch. */
export type TurnPredicate = (turn: PlayedTurn) => boolean;

type ToolError = (typeof TOOL_ERROR_CODES)[number];

/** What the code of a cell, or a command, must have done when it has ended. */
export interface Outcome {
  /** What it printed, but for newlines at the end. Default: anything. */
  readonly prints?: string | undefined;
  /** Default: 0; any other one when an error is expected. */
  readonly return_code?: number | undefined;
  /** It is not run, and ends with this error instead. */
  readonly error_code?: ToolError | undefined;
}

/** Claude runs a cell. */
export interface RunsData extends Outcome {
  readonly runs: string | TextFrom;
  /** The beginning of the error it must end with, such as `KeyError`. Default: none. */
  readonly raises?: string | undefined;
}

/** Claude runs a shell command. */
export interface BashData extends Outcome {
  readonly bash: string | TextFrom;
}

/** Claude views, creates or changes a file. */
export interface EditData {
  readonly edit: TextEditorCommand;
  readonly error_code?: ToolError | 'file_not_found' | undefined;
}

/** What Claude does with its container. */
export type UseData = RunsData | BashData | EditData;

/** Claude calls tools itself, all in one response. */
export interface CallsData {
  readonly calls: readonly { readonly call: string; readonly input: Record<string, unknown> }[];
}

/** When a branch is taken: what the agent answered last, to any tool or to this one, or what the last cell printed. */
export type Condition =
  | TurnPredicate
  | { readonly answered: string; readonly tool?: string | undefined }
  | { readonly printed: string };

/** One thing Claude does; `when` decides between several. */
export type StepData =
  | { readonly says: string | TextFrom }
  | { readonly thinks: string | TextFrom; readonly signature?: string | undefined }
  | UseData
  | CallsData
  /** Uses of the container and direct calls, all in one response. */
  | { readonly together: readonly (UseData | CallsData)[] }
  /** The response ends with `pause_turn`, and with what is started but not yet run. */
  | { readonly pauses: true | readonly UseData[] }
  | StopsData
  | BranchData;

/** The turn ends, for another reason than that Claude is done. */
export interface StopsData {
  readonly stops: Exclude<StopReason, 'tool_use' | 'pause_turn'>;
  /** With `stop_sequence`: which one. */
  readonly stop_sequence?: string | undefined;
  /** With `refusal`: why. */
  readonly category?: RefusalDetails['category'] | undefined;
  readonly explanation?: string | undefined;
}

export interface BranchData {
  readonly when: Condition;
  readonly do: readonly StepData[];
  readonly otherwise?: readonly StepData[] | undefined;
}

const errorCode = z.enum(TOOL_ERROR_CODES).optional();
const outcome = {
  prints: z.string().optional(),
  return_code: z.int().optional(),
  error_code: errorCode,
};

/** Conditions a file can say. Texts are whole, or patterns such as `/yes/i`. */
export const FileCondition = z.union([
  z.strictObject({ answered: z.string(), tool: z.string().optional() }),
  z.strictObject({ printed: z.string() }),
]);

/** The schema of what Claude does, given what its text and its conditions may be: functions only in TypeScript. */
export function stepSchema(
  text: z.ZodType<string | TextFrom>,
  when: z.ZodType<Condition>,
): z.ZodType<StepData> {
  const runs = z.strictObject({ runs: text, raises: z.string().optional(), ...outcome });
  const bash = z.strictObject({ bash: text, ...outcome });
  const edit = z.strictObject({
    edit: TextEditorCommand,
    error_code: z.enum([...TOOL_ERROR_CODES, 'file_not_found']).optional(),
  });
  const calls = z.strictObject({ calls: z.array(ScriptedCallData).min(1) });
  const steps: z.ZodType<readonly StepData[]> = z.lazy(() => z.array(step).min(1));
  const step: z.ZodType<StepData> = z.union([
    z.strictObject({ says: text }),
    runs,
    calls,
    bash,
    edit,
    z.strictObject({ thinks: text, signature: z.string().optional() }),
    z.strictObject({ together: z.array(z.union([runs, calls, bash, edit])).min(1) }),
    z.strictObject({
      pauses: z.union([z.literal(true), z.array(z.union([runs, bash, edit])).min(1)]),
    }),
    z.strictObject({
      stops: StopReason.exclude(['tool_use', 'pause_turn']),
      stop_sequence: z.string().optional(),
      category: RefusalDetails.shape.category.optional(),
      explanation: z.string().optional(),
    }),
    z.strictObject({ when, do: steps, otherwise: steps.optional() }),
  ]);
  return step;
}

/** The steps inside a step: the two ways a branch may go. */
export function childSteps(step: StepData): [key: string, steps: readonly StepData[]][] {
  if (!('when' in step)) return [];
  const { do: then, otherwise } = step;
  return otherwise
    ? [
        ['do', then],
        ['otherwise', otherwise],
      ]
    : [['do', then]];
}
