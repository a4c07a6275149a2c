import type { StopReason } from './message.ts';

/** One thing Claude does within a turn, as plain data. A script plays them one at a time. */
export type Step = TextStep | CodeExecutionStep | ToolUseStep | StopStep;

/** Claude writes text. */
export interface TextStep {
  readonly type: 'text';
  readonly text: string;
}

/** Claude runs a cell. The turn goes on when the cell has ended. */
export interface CodeExecutionStep {
  readonly type: 'code_execution';
  readonly code: string;
}

/** Claude calls client tools directly, all in one response. The turn goes on when all are answered. */
export interface ToolUseStep {
  readonly type: 'tool_use';
  readonly calls: readonly { readonly name: string; readonly input: Record<string, unknown> }[];
}

/** The turn is over. */
export interface StopStep {
  readonly type: 'stop';
  readonly stop_reason: Extract<StopReason, 'end_turn'>;
}
