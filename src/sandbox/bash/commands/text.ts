import { Buffer } from 'node:buffer';
import {
  type Command,
  decodeBytesToUtf8,
  defineCommand,
  type ExecResult,
  latin1FromBytes,
  type ResolvedCommandContext,
} from 'just-bash';

/** How much `yes` prints: it ends when its reader does, and here commands of a pipe run one after the other. */
const YES_LINES = 20_000;

/** Commands of a Debian machine that just-bash lacks and that work on text or names. */
export function textCommands(random: (below: number) => number): Command[] {
  return [
    defineCommand('yes', async (args) => ok(`${args.join(' ') || 'y'}\n`.repeat(YES_LINES))),
    defineCommand('shuf', async (args, ctx) => shuffle(args, ctx, random)),
    defineCommand('xxd', async (args, ctx) => hexDump(args, ctx)),
    defineCommand('mktemp', async (args, ctx) => makeTemporary(args, ctx, random)),
  ];
}

function ok(stdout: string): ExecResult {
  return { stdout, stderr: '', exitCode: 0 };
}

async function shuffle(
  args: readonly string[],
  ctx: ResolvedCommandContext,
  random: (below: number) => number,
): Promise<ExecResult> {
  const option = (name: string): string | undefined => {
    const i = args.findIndex((arg) => arg.startsWith(`-${name}`));
    const arg = args[i];
    if (arg === undefined) return undefined;
    return arg.length > 2 ? arg.slice(2) : args[i + 1];
  };
  const range = option('i')?.split('-').map(Number);
  const count = Number(option('n') ?? Infinity);
  let lines: string[];
  if (range) {
    const [from = 0, to = 0] = range;
    lines = Array.from({ length: Math.max(0, to - from + 1) }, (_, i) => String(from + i));
  } else if (args.includes('-e')) {
    lines = args.slice(args.indexOf('-e') + 1).filter((arg) => !arg.startsWith('-'));
  } else {
    const file = args.findLast((arg, i) => !arg.startsWith('-') && args[i - 1] !== '-n');
    const text = file
      ? await ctx.fs.readFile(ctx.fs.resolvePath(ctx.cwd, file))
      : decodeBytesToUtf8(ctx.stdin);
    lines = text.split('\n');
    if (lines.at(-1) === '') lines.pop();
  }
  for (let i = lines.length - 1; i > 0; i--) {
    const j = random(i + 1);
    const [a = '', b = ''] = [lines[i], lines[j]];
    lines[i] = b;
    lines[j] = a;
  }
  return ok(
    lines
      .slice(0, count)
      .map((line) => `${line}\n`)
      .join(''),
  );
}

async function hexDump(args: readonly string[], ctx: ResolvedCommandContext): Promise<ExecResult> {
  const file = args.find((arg) => !arg.startsWith('-'));
  const bytes = file
    ? Buffer.from(await ctx.fs.readFileBuffer(ctx.fs.resolvePath(ctx.cwd, file)))
    : Buffer.from(latin1FromBytes(ctx.stdin), 'latin1');
  if (args.includes('-p'))
    return ok(`${bytes.toString('hex').replaceAll(/.{60}(?=.)/g, '$&\n')}\n`);
  let stdout = '';
  for (let at = 0; at < bytes.length; at += 16) {
    const row = bytes.subarray(at, at + 16);
    const hex = row
      .toString('hex')
      .replaceAll(/.{4}(?=.)/g, '$& ')
      .padEnd(39);
    const shown = row.toString('latin1').replaceAll(/[^ -~]/g, '.');
    stdout += `${at.toString(16).padStart(8, '0')}: ${hex}  ${shown}\n`;
  }
  return ok(stdout);
}

const LETTERS = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';

async function makeTemporary(
  args: readonly string[],
  ctx: ResolvedCommandContext,
  random: (below: number) => number,
): Promise<ExecResult> {
  const template = args.find((arg) => !arg.startsWith('-')) ?? 'tmp.XXXXXXXXXX';
  const name = template.replaceAll(/X+(?!.*X)/g, (run) =>
    Array.from(run, () => LETTERS.charAt(random(LETTERS.length))).join(''),
  );
  const path = ctx.fs.resolvePath(template.includes('/') ? ctx.cwd : '/tmp', name);
  if (args.includes('-d')) await ctx.fs.mkdir(path);
  else await ctx.fs.writeFile(path, '');
  return ok(`${path}\n`);
}
