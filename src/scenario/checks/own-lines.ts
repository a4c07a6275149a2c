/** The code of a cell, and the id its file is named after. */
export interface CellCode {
  readonly id: string;
  readonly code: string;
}

/** The frames of Python's own event loop between a cell and its code, each with its source. */
const RUNNER =
  /^ {2}File "\/usr\/local\/lib\/python[^"]*\/asyncio\/[^"]*", line .*\n(?: {4}.*\n)*/gm;

/**
 * A traceback as the author of the cell reads it: with the lines of the cell as they are written, where the sandbox counts
 * those it puts before them, and without the event loop below them.
 */
export function inOwnLines(stderr: string, { id, code }: CellCode): string {
  const offset = linesBefore(stderr, { id, code });
  if (offset === undefined) return stderr;
  return stderr
    .replace(RUNNER, '')
    .replaceAll(
      frameOf(id),
      (_, line: string) => `  File "cell.py", line ${Number(line) - offset}`,
    );
}

const frameOf = (id: string): RegExp =>
  new RegExp(`^  File "/tmp/${id}/cell\\.py", line (\\d+)`, 'gm');

/** By how much the lines in a traceback are off: frames show their source. Undefined when it is not certain. */
function linesBefore(stderr: string, { id, code }: CellCode): number | undefined {
  const lines = code.split('\n').map((line) => line.trim());
  const shown = stderr.split('\n');
  const perFrame = shown.flatMap((text, i) => {
    const [found] = text.matchAll(frameOf(id));
    const source = shown[i + 1]?.trim();
    if (!found || source === undefined) return [];
    const at = Number(found[1]);
    return [new Set(lines.flatMap((line, k) => (line === source ? [at - k - 1] : [])))];
  });
  const [first = new Set<number>(), ...others] = perFrame;
  const certain = [...first].filter((offset) => others.every((each) => each.has(offset)));
  return certain.length === 1 ? certain[0] : undefined;
}
