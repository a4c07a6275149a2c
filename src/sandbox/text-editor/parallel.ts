import type { TextEditorResult } from '../../protocol/command-results.ts';
import type { TextEditorCommand } from '../../protocol/container-tools.ts';
import { failure } from './edit-file.ts';

/**
 * Which commands of a batch run in parallel get in each other's way: `create` of a path that another command of the batch
 * touches. Recorded: a `create` and a `view` of the same file, sent together, both fail and leave no file; several
 * `str_replace` of one file, and `create`s of different ones, succeed one after the other.
 */
export function findConflicts(commands: readonly TextEditorCommand[]): ReadonlySet<number> {
  const conflicts = new Set<number>();
  commands.forEach(({ command, path }, i) => {
    if (command !== 'create') return;
    commands.forEach((other, j) => {
      if (i === j || other.path !== path) return;
      conflicts.add(i);
      conflicts.add(j);
    });
  });
  return conflicts;
}

/** What a command in conflict gets. The first of a batch finds no answer at all, a later one half of another's. */
export function conflictResult({ command }: TextEditorCommand): TextEditorResult {
  const reason =
    command === 'create' ? 'Input is a zero-length, empty document' : 'unexpected character';
  return failure(
    'unavailable',
    `Tool response parsing error for ${command}: Failed to parse tool response as JSON: ${reason}: line 1 column 1 (char 0)`,
  );
}
