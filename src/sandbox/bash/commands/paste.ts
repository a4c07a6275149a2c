import { type Command, decodeBytesToUtf8, defineCommand } from 'just-bash';

/** `paste` with options written together, as in `paste -sd+`, and reading its input when no file is named. */
export function pasteCommand(): Command {
  return defineCommand('paste', async (args, ctx) => {
    let serial = false;
    let delimiters = '\t';
    const files: string[] = [];
    for (let i = 0; i < args.length; i++) {
      const arg = args[i] ?? '';
      if (!arg.startsWith('-') || arg === '-') {
        files.push(arg);
        continue;
      }
      if (/^-z?s/.test(arg)) serial = true;
      const at = arg.indexOf('d');
      if (at > 0) delimiters = arg.slice(at + 1) || (args[++i] ?? '');
    }
    const input = decodeBytesToUtf8(ctx.stdin);
    const texts: string[] = [];
    for (const file of files.length > 0 ? files : ['-']) {
      const path = ctx.fs.resolvePath(ctx.cwd, file);
      if (file !== '-' && !(await ctx.fs.exists(path))) {
        return { stdout: '', stderr: `paste: ${file}: No such file or directory\n`, exitCode: 1 };
      }
      texts.push(file === '-' ? input : await ctx.fs.readFile(path));
    }
    const columns = texts.map((text) => text.replace(/\n$/, '').split('\n'));
    const rows = serial ? columns : rowsOf(columns);
    const marks = Array.from(
      delimiters.replaceAll('\\n', '\n').replaceAll('\\t', '\t').replaceAll('\\0', ''),
    );
    const join = (row: readonly string[]): string =>
      row
        .map(
          (cell, i) => (i === 0 ? '' : (marks[(i - 1) % Math.max(1, marks.length)] ?? '')) + cell,
        )
        .join('');
    return { stdout: rows.map((row) => `${join(row)}\n`).join(''), stderr: '', exitCode: 0 };
  });
}

function rowsOf(columns: readonly (readonly string[])[]): string[][] {
  const height = Math.max(...columns.map((column) => column.length));
  return Array.from({ length: height }, (_, row) => columns.map((column) => column[row] ?? ''));
}
