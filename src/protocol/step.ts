import type { CodeExecutionError } from './blocks.ts';
import type { BashError, TextEditorError } from './command-results.ts';
import type { TextEditorCommand } from './container-tools.ts';
import type { RefusalDetails, StopReason } from './message.ts';

/** One thing Claude does within a turn, as plain data. A script plays them one at a time. */
export type Step =
  | TextStep
  | ThinkingStep
  | ServerToolStep
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

/** Claude runs a shell command. The turn goes on when it has ended. */
export interface BashStep {
  readonly type: 'bash_code_execution';
  readonly command: string;
  /** The command is not run, and ends with this error instead. */
  readonly error_code?: BashError['error_code'] | undefined;
}

/** Claude looks at a file, writes or changes one. */
export interface TextEditorStep {
  readonly type: 'text_editor_code_execution';
  readonly input: TextEditorCommand;
  /** Nothing is done, and this error is the answer. */
  readonly error_code?: TextEditorError['error_code'] | undefined;
  /** What the error says. Default: nothing. */
  readonly error_message?: string | undefined;
}

/** Claude uses the container: Python, shell or text editor. */
export type ServerToolStep = CodeExecutionStep | BashStep | TextEditorStep;

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
 * Claude uses the container several times at once, and makes direct calls with that. Cells and commands run one after the
 * other; beside a direct call none runs before the client has answered. Edits in a row are done together: one that
 * another gets in the way of fails.
 */
export interface ParallelStep {
  readonly type: 'parallel';
  readonly uses: readonly ServerToolStep[];
  readonly calls?: readonly DirectCall[] | undefined;
}

/** The response ends before the turn does; the client sends it back to go on. `uses` are started but not yet run. */
export interface PauseTurnStep {
  readonly type: 'pause_turn';
  readonly uses?: readonly ServerToolStep[] | undefined;
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
