import { type Command, defineCommand } from 'just-bash';
import { compareLines } from '../../text-editor/hunk.ts';

/** `diff A B` without options prints the classic format; with options just-bash's own runs, which prints the unified one. */
export function diffCommand(): Command {
  return defineCommand('diff', async (args, ctx) => {
    const [left, right, ...more] = args;
    const plain =
      left !== undefined &&
      right !== undefined &&
      more.length === 0 &&
      !args.some((arg) => arg.startsWith('-'));
    const missing = { stdout: '', stderr: 'diff: not available\n', exitCode: 2 };
    if (!plain) return (await ctx.origCommand?.([...args])) ?? missing;
    const read = async (name: string): Promise<string[] | undefined> => {
      const path = ctx.fs.resolvePath(ctx.cwd, name);
      if (!(await ctx.fs.exists(path)) || (await ctx.fs.stat(path)).isDirectory) return undefined;
      const lines = (await ctx.fs.readFile(path)).split('\n');
      if (lines.at(-1) === '') lines.pop();
      return lines;
    };
    const [before, after] = [await read(left), await read(right)];
    if (!before || !after) return (await ctx.origCommand?.([...args])) ?? missing;
    const stdout = classicDiff(before, after);
    return { stdout, stderr: '', exitCode: stdout === '' ? 0 : 1 };
  });
}

function classicDiff(before: readonly string[], after: readonly string[]): string {
  const output: string[] = [];
  let [oldLine, newLine] = [0, 0];
  let removed: string[] = [];
  let added: string[] = [];
  const flush = (): void => {
    if (removed.length === 0 && added.length === 0) return;
    const kind = removed.length === 0 ? 'a' : added.length === 0 ? 'd' : 'c';
    output.push(
      span(oldLine - removed.length, removed.length) +
        kind +
        span(newLine - added.length, added.length),
      ...removed.map((line) => `< ${line}`),
      ...(kind === 'c' ? ['---'] : []),
      ...added.map((line) => `> ${line}`),
    );
    removed = [];
    added = [];
  };
  for (const { sign, line } of compareLines(before, after)) {
    if (sign === ' ') flush();
    if (sign === '-') removed.push(line);
    if (sign === '+') added.push(line);
    if (sign !== '+') oldLine++;
    if (sign !== '-') newLine++;
  }
  flush();
  return output.map((line) => `${line}\n`).join('');
}

/** Line numbers of `count` lines after the first `start`; an empty span is named by the line before it. */
function span(start: number, count: number): string {
  if (count === 0) return String(start);
  return count === 1 ? String(start + 1) : `${start + 1},${start + count}`;
}
