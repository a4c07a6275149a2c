#!/usr/bin/env node
/**
 * Puts code of programs and output of commands into the documentation: `npm run docs [-- --check] [--no-run]`.
 *
 * A comment `<!-- code: PATH#REGION -->` before a block of code in Markdown says where the code is: in a file, between
 * `#region NAME` and `#endregion`, or without a name all of it. A block of `console` has commands, behind `$ `, and what
 * they print; they are run. With `--check` nothing is written, and the exit code is 1 when a block differs from its program
 * or its commands, or is code without a program and is not said to be an illustration. With `--no-run` no command is run;
otherwise the built files are.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { codeOf } from './docs/code.mjs';
import { openConsole } from './docs/console.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const { values } = parseArgs({
  options: { check: { type: 'boolean', default: false }, run: { type: 'boolean', default: true } },
  allowNegative: true,
});

/** Code of these languages has to come from a program, or to say `<!-- illustration -->` before it. */
const RUNS = new Set(['js', 'ts', 'py', 'python', 'yaml', 'console']);
const BLOCK =
  /(?:<!-- (?<mark>illustration|code: (?<path>[^\s#]+)(?:#(?<region>\S+))?) -->\n+)?^```(?<language>\w*)\n(?<code>[^]*?)^```$/gm;

function markdownFiles() {
  const docs = readdirSync(join(root, 'docs')).filter((file) => file.endsWith('.md'));
  return ['README.md', ...docs.map((file) => `docs/${file}`)];
}

/** What a block should be, or undefined for one that nothing is known about. */
function current({ mark, path, region, language, code }, console) {
  if (path) return codeOf(join(root, path), region);
  if (mark || !RUNS.has(language)) return code;
  if (language !== 'console') return undefined;
  return values.run ? console.replay(code) : code;
}

let wrong = 0;
for (const file of markdownFiles()) {
  const text = readFileSync(join(root, file), 'utf8');
  const complain = (offset, what) => {
    wrong++;
    process.stderr.write(`${file}:${text.slice(0, offset).split('\n').length} ${what}\n`);
  };
  const console = openConsole(root);
  const updated = text.replaceAll(BLOCK, (block, ...rest) => {
    const groups = rest.at(-1);
    const { code, path = 'what the commands print', language } = groups;
    const offset = rest.at(-3);
    const wanted = current(groups, console);
    if (wanted === undefined) complain(offset, `${language} code that comes from no program`);
    if (wanted === undefined || wanted === code) return block;
    if (values.check) complain(offset, `differs from ${path}; run \`npm run docs\``);
    return `${block.slice(0, -'```'.length - code.length)}${wanted}\`\`\``;
  });
  console.close();
  if (!values.check && updated !== text) {
    writeFileSync(join(root, file), updated);
    process.stdout.write(`${file} updated\n`);
  }
}
process.stdout.write(wrong === 0 ? 'docs: as in the programs\n' : `docs: ${wrong} wrong\n`);
process.exitCode = wrong === 0 ? 0 : 1;
