import type { CodeExecutionError } from './blocks.ts';
import type { RefusalDetails, StopReason } from './message.ts';

/** One thing Claude does within a turn, as plain data. A script plays them one at a time. */
export type Step =
  | TextStep
  | ThinkingStep
  | CodeExecutionStep
  | ToolUseStep
  | ParallelStep
  | PauseTurnStep
  | StopStep;

/** Claude writes text. */
interface TextStep {
  readonly type: 'text';
  readonly text: string;
}

/** Claude thinks. Default signature: made from the session's ids. */
interface ThinkingStep {
  readonly type: 'thinking';
  readonly thinking: string;
  readonly signature?: string | undefined;
}

/** Claude runs a cell. The turn goes on when the cell has ended. */
export interface CodeExecutionStep {
  readonly type: 'code_execution';
  readonly code: string;
  /** The cell is not run, and ends with this error instead. */
  readonly error_code?: CodeExecutionError['error_code'] | undefined;
}

/** Claude calls client tools directly, all in one response. The turn goes on when all are answered. */
export interface ToolUseStep {
  readonly type: 'tool_use';
  readonly calls: readonly DirectCall[];
}

export interface DirectCall {
  readonly name: string;
  readonly input: Record<string, unknown>;
}

/**
 * Claude starts several cells at once, and direct calls with them. Cells run one after the other; beside a direct call
 * none runs before the client has answered.
 */
export interface ParallelStep {
  readonly type: 'parallel';
  readonly cells: readonly CodeExecutionStep[];
  readonly calls?: readonly DirectCall[] | undefined;
}

/** The response ends before the turn does; the client sends it back to go on. `cells` are started but not yet run. */
export interface PauseTurnStep {
  readonly type: 'pause_turn';
  readonly cells?: readonly CodeExecutionStep[] | undefined;
}

/** The turn is over. */
export interface StopStep {
  readonly type: 'stop';
  readonly stop_reason: Exclude<StopReason, 'tool_use' | 'pause_turn'>;
  /** With `stop_sequence`: which one. */
  readonly stop_sequence?: string | undefined;
  /** With `refusal`: why. */
  readonly stop_details?: RefusalDetails | undefined;
}
