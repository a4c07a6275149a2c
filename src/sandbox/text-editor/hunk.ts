/** A change of a text as one hunk of a unified diff. Line numbers count from 1. */
export interface Hunk {
  readonly old_start: number;
  readonly old_lines: number;
  readonly new_start: number;
  readonly new_lines: number;
  /** Context lines begin with a blank, removed ones with `-`, added ones with `+`. */
  readonly lines: string[];
}

const CONTEXT = 3;
/** Largest table of a comparison: lines times lines. */
const MAX_CELLS = 4_000_000;

function context(line: string): string {
  return ` ${line}`;
}

/** One line of a comparison: kept, removed or added. */
export interface LineEdit {
  readonly sign: ' ' | '-' | '+';
  readonly line: string;
}

/**
 * Compares a text with the one that `before` became in the lines `first` to `last` (0-based, `last` not included).
 *
 * One hunk always: a replacement in a single place. Parts that stay between two changed lines are context, as in the
 * results recorded of the real editor.
 */
export function hunkOf(before: readonly string[], after: readonly string[]): Hunk {
  let start = 0;
  while (start < before.length && start < after.length && before[start] === after[start]) start++;
  let end = 0;
  while (
    end < before.length - start &&
    end < after.length - start &&
    before[before.length - 1 - end] === after[after.length - 1 - end]
  ) {
    end++;
  }
  const head = Math.max(0, start - CONTEXT);
  const tail = Math.min(CONTEXT, end);
  const changed = compareLines(
    before.slice(start, before.length - end),
    after.slice(start, after.length - end),
  );
  return {
    old_start: head + 1,
    old_lines: before.length - end + tail - head,
    new_start: head + 1,
    new_lines: after.length - end + tail - head,
    lines: [
      ...before.slice(head, start).map(context),
      ...changed.map(({ sign, line }) => sign + line),
      ...before.slice(before.length - end, before.length - end + tail).map(context),
    ],
  };
}

/**
 * A shortest way from one list of lines to another; the removed lines of a block come before the added ones. Very long
 * lists count as wholly different.
 */
export function compareLines(before: readonly string[], after: readonly string[]): LineEdit[] {
  if (before.length * after.length > MAX_CELLS) {
    return [
      ...before.map((line) => ({ sign: '-', line }) as const),
      ...after.map((line) => ({ sign: '+', line }) as const),
    ];
  }
  const width = after.length + 1;
  const common = new Uint32Array((before.length + 1) * width);
  const at = (i: number, j: number): number => common[i * width + j] ?? 0;
  for (let i = before.length - 1; i >= 0; i--) {
    for (let j = after.length - 1; j >= 0; j--) {
      common[i * width + j] =
        before[i] === after[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
    }
  }
  const result: LineEdit[] = [];
  let added: LineEdit[] = [];
  const flush = (): void => {
    result.push(...added);
    added = [];
  };
  for (let i = 0, j = 0; i < before.length || j < after.length;) {
    const [old, now] = [before[i], after[j]];
    if (old !== undefined && old === now) {
      flush();
      result.push({ sign: ' ', line: old });
      i++;
      j++;
    } else if (old !== undefined && (now === undefined || at(i + 1, j) >= at(i, j + 1))) {
      result.push({ sign: '-', line: old });
      i++;
    } else {
      added.push({ sign: '+', line: now ?? '' });
      j++;
    }
  }
  flush();
  return result;
}
