import type { CodeExecutionError, CodeExecutionResult } from './blocks.ts';
import type { BashError, BashResult, TextEditorResult } from './command-results.ts';
import type { JsonObject } from './json-object.ts';

/** What a script may know about the session it plays: everything so far, nothing it could change. */
export interface SessionView {
  readonly key: string;
  /** Virtual milliseconds since the session's epoch. */
  readonly now: number;
  /** The turns so far; the last one is being played. */
  readonly turns: readonly TurnView[];
}

/** One turn: a user message and everything Claude did to answer it. */
export interface TurnView {
  /** The scripted turn being played, as the script named it. */
  readonly scripted: string;
  readonly user: string;
  /** How many steps of the script have been played. */
  readonly steps: number;
  /** Text Claude wrote, one entry a step. */
  readonly texts: readonly string[];
  readonly cells: readonly CellView[];
  /** What Claude did with the bash and the text editor tool. */
  readonly commands: readonly CommandView[];
  /** Direct calls, in the order Claude made them. Calls made by code are in their cells. */
  readonly calls: readonly CallView[];
}

export interface CellView {
  readonly id: string;
  /** The step of the turn that started it, from 0. */
  readonly step: number;
  readonly code: string;
  readonly container: string;
  /** Calls the code made, in program order. */
  readonly calls: readonly CallView[];
  /** Absent while the cell runs or waits. */
  readonly result?: CodeExecutionResult | undefined;
  /** Set instead of `result` when the cell was not run, or not to its end. */
  readonly error?: CodeExecutionError['error_code'] | undefined;
}

/** A use of the bash or the text editor tool. */
export interface CommandView {
  readonly id: string;
  /** The step of the turn that started it, from 0. */
  readonly step: number;
  readonly tool: 'bash_code_execution' | 'text_editor_code_execution';
  readonly input: JsonObject;
  readonly container: string;
  /** Absent until it has ended. Its `type` says which of the tools it is of, and whether it is an error. */
  readonly result?: BashResult | BashError | TextEditorResult | undefined;
}

export interface CallView {
  readonly id: string;
  /** The step of the turn that made it or started its cell, from 0. */
  readonly step: number;
  readonly name: string;
  readonly input: Record<string, unknown>;
  /** Line of the cell's code (1-based) that made the call. */
  readonly line?: number | undefined;
  /** Absent while the call is unanswered. */
  readonly answer?: { readonly content: string; readonly is_error: boolean } | undefined;
}
