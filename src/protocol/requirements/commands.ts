import { DOCS, SDK, row, type Requirement } from './requirement.ts';

/** What Claude does in its container with the shell and the text editor. */
export const COMMAND_BEHAVIOURS = {
  'command.offered': row(
    'recorded',
    'October 2025 to August 2026; option `unofferedTools`',
    'Where no tool is callable from code, the model has a shell and a text editor instead of Python; with the first version it has Python alone.',
  ),
  'command.bash_result': row(
    'recorded',
    'October 2025 to August 2026',
    'A command ends with stdout, stderr, return_code and its files; there is no `abort_reason`.',
  ),
  'command.bash_error': row(
    'types',
    SDK,
    'A command that was not run, or not to its end, has an error code alone, `output_file_too_large` among them.',
  ),
  'command.edit_result': row(
    'recorded',
    'October 2025 to August 2026',
    'The editor answers create with `is_file_update`, view with content and line numbers, str_replace with a hunk.',
  ),
  'command.edit_error': row(
    'recorded',
    `May 2026; ${SDK}`,
    'An edit that fails has an error code and an `error_message`, which may be null.',
  ),
  'command.parallel': row(
    'recorded',
    'October 2025 to August 2026',
    'Uses sent together come first, then their results in the same order; a create and a view of one file both fail.',
  ),
  'command.files': row(
    'recorded',
    `March to July 2026; ${DOCS}`,
    'Every command has an empty `$OUTPUT_DIR` of its own; files at its top level are `bash_code_execution_output` entries of the result.',
  ),
  'command.state': row(
    'inferred',
    'recordings, October 2025 to August 2026',
    'Commands, edits and cells work on the same files; a command sees neither variables of cells nor of the shell before.',
  ),
} satisfies Record<string, Requirement>;
