/** What can be done to a container besides running cells: shell commands, edits, files. Times as in `sandbox.ts`. */

/** A command of the bash tool. */
export interface BashCommand {
  /** The id of the command's `server_tool_use` block. */
  readonly id: string;
  readonly command: string;
  /** Virtual time at which it starts. */
  readonly at: number;
}

export interface BashOutcome {
  readonly stdout: string;
  readonly stderr: string;
  readonly return_code: number;
  /** The files at the top level of this command's `$OUTPUT_DIR`, by name. */
  readonly files: readonly ContainerFile[];
  readonly at: number;
  /** The command was ended because it took too long or did too much. Its output so far is kept. */
  readonly error_code?: 'execution_time_exceeded' | undefined;
  /** Real time had to end the command: another run may end elsewhere. */
  readonly nondeterministic?: boolean | undefined;
}

export interface ContainerFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** The input of the text editor tool. Paths may begin with `$INPUT_DIR`. */
export type TextEditorCommand =
  | {
      readonly command: 'view';
      readonly path: string;
      /** First and last line to show, from 1; -1 as the last one stands for the end. Default: the whole file. */
      readonly view_range?: readonly number[] | undefined;
    }
  | { readonly command: 'create'; readonly path: string; readonly file_text: string }
  | {
      readonly command: 'str_replace';
      readonly path: string;
      readonly old_str: string;
      /** Default: nothing. */
      readonly new_str?: string | undefined;
    };

/** What the tool answers: the `content` of a `text_editor_code_execution_tool_result` block. */
export type TextEditorResult =
  | {
      readonly type: 'text_editor_code_execution_view_result';
      readonly file_type: 'text' | 'image' | 'pdf';
      /** Text without its last newline; the bytes of an image or a PDF in base64. */
      readonly content: string;
      readonly num_lines: number | null;
      readonly start_line: number | null;
      readonly total_lines: number | null;
    }
  | { readonly type: 'text_editor_code_execution_create_result'; readonly is_file_update: boolean }
  | {
      readonly type: 'text_editor_code_execution_str_replace_result';
      readonly old_start: number | null;
      readonly old_lines: number | null;
      readonly new_start: number | null;
      readonly new_lines: number | null;
      readonly lines: readonly string[] | null;
    }
  | {
      readonly type: 'text_editor_code_execution_tool_result_error';
      readonly error_code:
        | 'execution_time_exceeded'
        | 'file_not_found'
        | 'invalid_tool_input'
        | 'too_many_requests'
        | 'unavailable';
      readonly error_message: string | null;
    };
