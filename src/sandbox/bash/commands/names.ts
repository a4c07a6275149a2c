import { type Command, defineCommand, getCommandNames } from 'just-bash';

const PYTHON = /^(python|pip)[\d.]*$/;
const OURS = 'arch curl df free hostname id kill mktemp nproc ps shuf uname wget xxd yes'.split(
  ' ',
);

/** Commands that answer from names alone: where programs are, and the environment. */
export function nameCommands(): Command[] {
  const known = new Set([...getCommandNames(), ...OURS]);
  const locate = (name: string): string | undefined => {
    if (PYTHON.test(name)) return `/usr/local/bin/${name}`;
    return known.has(name) ? `/usr/bin/${name}` : undefined;
  };
  return [
    defineCommand('which', async (args) => {
      const names = args.filter((arg) => !arg.startsWith('-'));
      const found = names.map(locate);
      const stdout = found.map((path) => (path === undefined ? '' : `${path}\n`)).join('');
      return { stdout, stderr: '', exitCode: found.every(Boolean) ? 0 : 1 };
    }),
    ...['env', 'printenv'].map((name) =>
      defineCommand(name, async (args, ctx) => {
        if (args.length > 0 || !ctx.exportedEnv) {
          const result = await ctx.origCommand?.(args);
          return result ?? { stdout: '', stderr: '', exitCode: 1 };
        }
        const lines = Object.entries(ctx.exportedEnv).map(([key, value]) => `${key}=${value}\n`);
        return { stdout: lines.join(''), stderr: '', exitCode: 0 };
      }),
    ),
  ];
}
