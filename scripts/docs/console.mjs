import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

/** What a reader of the documentation has at hand. */
const AT_HAND = ['examples', 'fixtures', 'scenarios'];
/** Stands for lines that are not worth showing. */
const LEFT_OUT = '…\n';

/**
 * A terminal in a folder of its own, for the blocks of one document: what a command writes, later ones find. It is made
 * when the first command is run.
 */
export function openConsole(root) {
  let folder;
  let status = 0;

  function open() {
    folder = mkdtempSync(join(tmpdir(), 'callsheet-docs-'));
    for (const name of AT_HAND) cpSync(join(root, name), join(folder, name), { recursive: true });
    const modules = join(folder, 'node_modules');
    mkdirSync(join(modules, '.bin'), { recursive: true });
    symlinkSync(join(root, 'node_modules/@anthropic-ai'), join(modules, '@anthropic-ai'));
    for (const [name, skip] of [
      ['callsheet', ''],
      ['npx', 'shift; '],
    ]) {
      const shim = `#!/bin/sh\n${skip}exec "${process.execPath}" "${join(root, 'dist/cli/main.js')}" "$@"\n`;
      writeFileSync(join(modules, '.bin', name), shim, { mode: 0o755 });
    }
  }

  function run(command) {
    if (!folder) open();
    const PATH = `${join(folder, 'node_modules/.bin')}${delimiter}${process.env.PATH}`;
    // A reader's terminal is no CI, where commands say more of what they are doing.
    const env = { ...process.env, CI: undefined, PATH, NO_COLOR: '1' };
    // Both outputs in the order in which they were written, as in a terminal; and `$?` of the command before.
    const script = `exec 2>&1; (exit ${status}); ${command}`;
    const ended = spawnSync('sh', ['-c', script], { cwd: folder, env, encoding: 'utf8' });
    status = ended.status ?? 1;
    return steady(ended.stdout, folder);
  }

  return {
    /** The commands of a block and what they print now. Where a block leaves lines out, so does this. */
    replay(code) {
      return code
        .split(/^(?=\$ )/m)
        .map((part) => {
          const end = /(?<!\\)\n/.exec(part).index + 1;
          const [line, shown] = [part.slice(0, end), part.slice(end)];
          const printed = run(line.slice('$ '.length));
          return line + (leavesOut(shown, printed) ? shown : printed);
        })
        .join('');
    },
    close() {
      if (folder) rmSync(folder, { recursive: true });
    },
  };
}

/** What differs from run to run, made alike. */
function steady(output, folder) {
  return output.replaceAll(folder, '.').replaceAll(/127\.0\.0\.1:\d+/g, '127.0.0.1:41234');
}

/** Whether an output is shown with lines left out, and is right for the rest. */
function leavesOut(shown, printed) {
  const parts = shown.split(LEFT_OUT);
  if (parts.length === 1) return false;
  let at = 0;
  const found = parts.every((part) => {
    const index = printed.indexOf(part, at);
    at = index + part.length;
    return index !== -1;
  });
  return found && printed.startsWith(parts[0]) && printed.endsWith(parts.at(-1));
}
