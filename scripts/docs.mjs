#!/usr/bin/env node
/**
 * Copies code from programs into the documentation: `npm run docs [-- --check]`.
 *
 * A comment `<!-- code: PATH#REGION -->` before a block of code in Markdown says where the code is: in a file, between
 * `#region NAME` and `#endregion`, or without a name all of it. With `--check` nothing is written, and the exit code is 1
 * when a block differs from its program, or is code without one and is not said to be an illustration.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const root = fileURLToPath(new URL('..', import.meta.url));
const { values } = parseArgs({ options: { check: { type: 'boolean', default: false } } });

/** Code of these languages has to come from a program, or to say `<!-- illustration -->` before it. */
const RUNS = new Set(['js', 'ts', 'py', 'python', 'yaml']);
const BLOCK =
  /(?:<!-- (?:illustration|code: (?<path>[^\s#]+)(?:#(?<region>\S+))?) -->\n+)?^```(?<language>\w*)\n(?<code>[^]*?)^```$/gm;

function markdownFiles() {
  const docs = readdirSync(join(root, 'docs')).filter((file) => file.endsWith('.md'));
  return ['README.md', ...docs.map((file) => `docs/${file}`)];
}

/** The code of a program, or of a region of it, without what all its lines are indented by. */
function codeOf(path, region) {
  const lines = readFileSync(join(root, path), 'utf8').trimEnd().split('\n');
  const isStart = (line) => line.trim().endsWith(`#region ${region}`);
  const start = region ? lines.findIndex(isStart) : -1;
  if (region && start === -1) throw new Error(`${path} has no region "${region}".`);
  const rest = lines.slice(start + 1);
  const end = region ? rest.findIndex((line) => line.trim().endsWith('#endregion')) : rest.length;
  if (end === -1) throw new Error(`Region "${region}" of ${path} does not end.`);
  const found = rest.slice(0, end);
  const indents = found.filter((line) => line !== '').map((line) => line.search(/\S/));
  return `${found.map((line) => line.slice(Math.min(...indents))).join('\n')}\n`;
}

let wrong = 0;
for (const file of markdownFiles()) {
  const text = readFileSync(join(root, file), 'utf8');
  const complain = (offset, what) => {
    wrong++;
    console.error(`${file}:${text.slice(0, offset).split('\n').length} ${what}`);
  };
  const updated = text.replaceAll(BLOCK, (block, ...rest) => {
    const { path, region, language, code } = rest.at(-1);
    const offset = rest.at(-3);
    if (!path) {
      if (RUNS.has(language) && block.startsWith('```'))
        complain(offset, `${language} code that comes from no program`);
      return block;
    }
    const current = codeOf(path, region);
    if (current === code) return block;
    if (values.check) complain(offset, `differs from ${path}; run \`npm run docs\``);
    return block.slice(0, -'```'.length - code.length) + current + '```';
  });
  if (!values.check && updated !== text) {
    writeFileSync(join(root, file), updated);
    console.log(`${file} updated`);
  }
}
console.log(wrong === 0 ? 'docs: as in the programs' : `docs: ${wrong} wrong`);
process.exitCode = wrong === 0 ? 0 : 1;
