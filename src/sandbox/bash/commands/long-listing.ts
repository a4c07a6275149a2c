import { type Command, defineCommand, type IFileSystem } from 'just-bash';

/** Options of `ls` that are handled here; with any other, or without `-l`, just-bash's own runs. */
const HANDLED = /^-[lahAtrS1dpFgon]+$/;
const HALF_YEAR = 182 * 86_400_000;
const BLOCK = 4096;

interface Row {
  readonly name: string;
  readonly mode: string;
  readonly links: number;
  readonly size: number;
  readonly blocks: number;
  readonly mtime: Date;
}

/** `ls -l` as GNU prints it: block totals, link counts, columns as wide as they need to be. */
export function longListing(now: () => number): Command {
  return defineCommand('ls', async (args, ctx) => {
    const flags = args.filter((arg) => arg.startsWith('-') && arg.length > 1);
    const all = flags.join('');
    if (!flags.every((flag) => HANDLED.test(flag)) || !all.includes('l') || all.includes('g')) {
      const result = await ctx.origCommand?.(args);
      if (!result) return { stdout: '', stderr: 'ls: not available\n', exitCode: 127 };
      const stderr = result.stderr.replaceAll(
        /^ls: (.+): No such/gm,
        "ls: cannot access '$1': No such",
      );
      return { ...result, stderr };
    }
    const given = args.filter((arg) => !flags.includes(arg));
    const targets = given.length > 0 ? given : ['.'];
    const plain: Row[] = [];
    const listings: { readonly path: string; readonly rows: Row[] }[] = [];
    let stderr = '';
    for (const target of targets) {
      const path = ctx.fs.resolvePath(ctx.cwd, target);
      if (!(await ctx.fs.exists(path)) && !(await isLink(ctx.fs, path))) {
        stderr += `ls: cannot access '${target}': No such file or directory\n`;
      } else if ((await ctx.fs.stat(path)).isDirectory && !all.includes('d')) {
        listings.push({ path: target, rows: await rowsOf(ctx.fs, path, all) });
      } else {
        plain.push(await rowOf(ctx.fs, path, target));
      }
    }
    const human = all.includes('h');
    const blocks = [
      ...(plain.length > 0 ? [format(sort(plain, all), human, now())] : []),
      ...listings.map(({ path, rows }) => {
        const total = rows.reduce((sum, { blocks }) => sum + blocks, 0);
        const title = targets.length > 1 ? `${path}:\n` : '';
        return `${title}total ${human ? humanSize(total) : total / 1024}\n${format(rows, human, now())}`;
      }),
    ];
    return { stdout: blocks.join('\n'), stderr, exitCode: stderr ? 2 : 0 };
  });
}

async function rowsOf(fs: IFileSystem, path: string, flags: string): Promise<Row[]> {
  const names = (await fs.readdir(path)).toSorted(byName);
  const rows = await Promise.all(
    names
      .filter((name) => !name.startsWith('.') || /[aA]/.test(flags))
      .map((name) => rowOf(fs, `${path}/${name}`, name)),
  );
  const dots = flags.includes('a')
    ? [await rowOf(fs, path, '.'), await rowOf(fs, fs.resolvePath(path, '..'), '..')]
    : [];
  return sort([...dots, ...rows], flags);
}

async function rowOf(fs: IFileSystem, path: string, name: string): Promise<Row> {
  const stat = await fs.lstat(path);
  const kind = stat.isDirectory ? 'd' : stat.isSymbolicLink ? 'l' : '-';
  const size = stat.size;
  return {
    name: stat.isSymbolicLink ? `${name} -> ${await fs.readlink(path)}` : name,
    mode: kind + permissions(stat.mode),
    links: stat.isDirectory ? 2 + (await countDirectories(fs, path)) : 1,
    size,
    blocks: stat.isSymbolicLink ? 0 : Math.ceil(size / BLOCK) * BLOCK,
    mtime: stat.mtime,
  };
}

async function countDirectories(fs: IFileSystem, path: string): Promise<number> {
  const names = await fs.readdir(path);
  const stats = await Promise.all(names.map((name) => fs.lstat(`${path}/${name}`)));
  return stats.filter(({ isDirectory }) => isDirectory).length;
}

async function isLink(fs: IFileSystem, path: string): Promise<boolean> {
  try {
    return (await fs.lstat(path)).isSymbolicLink;
  } catch {
    return false;
  }
}

function sort(rows: readonly Row[], flags: string): Row[] {
  const sorted = flags.includes('S')
    ? rows.toSorted((a, b) => b.size - a.size)
    : flags.includes('t')
      ? rows.toSorted((a, b) => b.mtime.getTime() - a.mtime.getTime())
      : [...rows];
  return flags.includes('r') ? sorted.toReversed() : sorted;
}

/** In the C locale capitals come first. */
function byName(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function format(rows: readonly Row[], human: boolean, now: number): string {
  const sizes = rows.map(({ size }) => (human ? humanSize(size) : String(size)));
  const sizeWidth = Math.max(0, ...sizes.map((size) => size.length));
  const linkWidth = Math.max(0, ...rows.map(({ links }) => String(links).length));
  return rows
    .map(({ mode, links, mtime, name }, i) =>
      [
        mode,
        String(links).padStart(linkWidth),
        'root root',
        (sizes[i] ?? '').padStart(sizeWidth),
        dateOf(mtime, now),
        `${name}\n`,
      ].join(' '),
    )
    .join('');
}

function permissions(mode: number): string {
  return [6, 3, 0]
    .map((shift) => (mode >> shift) & 7)
    .map((bits) => `${bits & 4 ? 'r' : '-'}${bits & 2 ? 'w' : '-'}${bits & 1 ? 'x' : '-'}`)
    .join('');
}

const MONTHS = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ');

function dateOf(date: Date, now: number): string {
  const day = `${MONTHS[date.getUTCMonth()]} ${String(date.getUTCDate()).padStart(2)}`;
  const recent = date.getTime() <= now && now - date.getTime() < HALF_YEAR;
  const time = date.toISOString().slice(11, 16);
  return `${day} ${recent ? time : String(date.getUTCFullYear()).padStart(5)}`;
}

/** As `ls -h`: rounded up, one digit after the point below ten. */
export function humanSize(bytes: number): string {
  if (bytes < 1024) return String(bytes);
  let value = bytes;
  let unit = 0;
  for (; value >= 1024 && unit < 4; unit++) value /= 1024;
  const tenths = Math.ceil(value * 10) / 10;
  const text = tenths < 10 ? tenths.toFixed(1) : String(Math.ceil(value));
  return text + ' KMGT'.charAt(unit);
}
