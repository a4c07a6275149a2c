import * as z from 'zod';

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
export const TextEditorCommand = z.discriminatedUnion('command', [
  z.strictObject({
    command: z.literal('view'),
    path: z.string(),
    /** First and last line to show, from 1; -1 as the last one stands for the end. Default: the whole file. */
    view_range: z.array(z.int()).readonly().optional(),
  }),
  z.strictObject({ command: z.literal('create'), path: z.string(), file_text: z.string() }),
  z.strictObject({
    command: z.literal('str_replace'),
    path: z.string(),
    old_str: z.string(),
    /** Default: nothing. */
    new_str: z.string().optional(),
  }),
]);
export type TextEditorCommand = z.infer<typeof TextEditorCommand>;
