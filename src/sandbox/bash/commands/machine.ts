import { type Command, defineCommand, type ExecResult } from 'just-bash';
import { humanSize } from './long-listing.ts';

const GIB = 1024 ** 3;
const MEMORY = 5 * GIB;
const DISK = 5 * GIB;
const KERNEL = { s: 'Linux', n: 'sandbox', r: '4.4.0', v: '#1 SMP', m: 'x86_64', o: 'GNU/Linux' };

/** What the machine says about itself: the documented one, 1 CPU, 5 GiB of memory and of disk, the user root. */
export function machineCommands(): Command[] {
  return [
    defineCommand('uname', async (args) => print(uname(args))),
    defineCommand('nproc', async () => print('1')),
    defineCommand('hostname', async () => print(KERNEL.n)),
    defineCommand('whoami', async () => print('root')),
    defineCommand('id', async (args) => print(id(args.join(' ')))),
    defineCommand('arch', async () => print(KERNEL.m)),
    defineCommand('df', async (args) => print(df(args.some((arg) => /^-\w*h/.test(arg))))),
    defineCommand('free', async (args) => print(free(args.join(' ')))),
    defineCommand('ps', async () =>
      print(
        '    PID TTY          TIME CMD\n    100 ?        00:00:00 bash\n    101 ?        00:00:00 ps',
      ),
    ),
    ...['curl', 'wget'].map((name) => defineCommand(name, async (args) => unreachable(name, args))),
    ...['pip', 'pip3'].map((name) => defineCommand(name, async (args) => pip(args))),
    defineCommand('kill', async () => ({ stdout: '', stderr: '', exitCode: 0 })),
  ];
}

function print(line: string): ExecResult {
  return { stdout: `${line}\n`, stderr: '', exitCode: 0 };
}

function uname(args: readonly string[]): string {
  const flags = args.join('').replaceAll('-', '') || 's';
  const { s, n, r, v, m, o } = KERNEL;
  if (flags.includes('a')) return [s, n, r, v, m, o].join(' ');
  return Object.entries(KERNEL)
    .filter(([flag]) => flags.includes(flag))
    .map(([, value]) => value)
    .join(' ');
}

function id(flags: string): string {
  if (/u/.test(flags)) return /n/.test(flags) ? 'root' : '0';
  return 'uid=0(root) gid=0(root) groups=0(root)';
}

function df(human: boolean): string {
  const size = human ? humanSize(DISK) : String(DISK / 1024);
  const head = human ? 'Size  Used Avail' : '1K-blocks  Used Available';
  return `Filesystem ${head} Use% Mounted on\nnone ${size} 0 ${size} 0% /`;
}

function free(flags: string): string {
  const unit = flags.includes('h')
    ? undefined
    : flags.includes('g')
      ? GIB
      : flags.includes('m')
        ? 1024 ** 2
        : 1024;
  const total = (unit === undefined ? `${MEMORY / GIB}.0Gi` : String(MEMORY / unit)).padStart(12);
  const none = '0'.padStart(12);
  const head = ['total', 'used', 'free', 'shared', 'buff/cache', 'available'];
  return [
    `       ${head.map((word) => word.padStart(12)).join('')}`,
    `Mem:   ${total}${none}${total}${none}${none}${total}`,
    `Swap:  ${none}${none}${none}`,
  ].join('\n');
}

function unreachable(name: string, args: readonly string[]): ExecResult {
  const url =
    args.find((arg) => /^\w+:\/\//.test(arg)) ?? args.find((arg) => !arg.startsWith('-')) ?? '';
  const host = url.replace(/^\w+:\/\//, '').replace(/[/:?#].*$/, '');
  if (name === 'curl') {
    const silent = args.some((arg) => /^-\w*s/.test(arg) && !/^-\w*S/.test(arg));
    return {
      stdout: '',
      stderr: silent ? '' : `curl: (6) Could not resolve host: ${host}\n`,
      exitCode: 6,
    };
  }
  return { stdout: '', stderr: `wget: unable to resolve host address '${host}'\n`, exitCode: 4 };
}

function pip([action = '', ...names]: readonly string[]): ExecResult {
  if (action !== 'install' && action !== 'download') return { stdout: '', stderr: '', exitCode: 0 };
  const name = names.find((it) => !it.startsWith('-')) ?? '';
  return {
    stdout: '',
    stderr:
      `ERROR: Could not find a version that satisfies the requirement ${name} (from versions: none)\n` +
      `ERROR: No matching distribution found for ${name}\n`,
    exitCode: 1,
  };
}
