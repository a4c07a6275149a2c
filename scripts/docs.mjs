#!/usr/bin/env node
/**
 * Puts code of programs, output of commands and the list of facts into the documentation, and follows its links:
 * `npm run docs [-- --check] [--no-run]`.
 *
 * A comment `<!-- code: PATH#REGION -->` before a block of code in Markdown says where the code is: in a file, between
 * `#region NAME` and `#endregion`, or without a name all of it. A block of `console` has commands, behind `$ `, and what
 * they print. With `--check` nothing is written, and the exit code is 1 when anything is out of date, when a link leads
 * nowhere, or when code comes from no program and is not said to be an illustration. Commands and facts are those of the
 * built files; with `--no-run` they are left alone.
 */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { codeOf } from './docs/code.mjs';
import { openConsole } from './docs/console.mjs';
import { factsPage } from './docs/facts.mjs';

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

const LINK = /\]\((?!https?:|#)(?<target>[^)#\s]+)/g;

/** The facts come from the built package, like the output of commands. */
async function renewFacts() {
  const { REQUIREMENTS } = await import('../dist/protocol/requirements.js');
  const file = join(root, 'docs/facts.md');
  const page = factsPage(REQUIREMENTS);
  if (readFileSync(file, 'utf8') === page) return 0;
  if (values.check) process.stderr.write('docs/facts.md is not up to date; run `npm run docs`\n');
  else writeFileSync(file, page);
  return values.check ? 1 : 0;
}

let wrong = values.run ? await renewFacts() : 0;
for (const file of markdownFiles()) {
  const text = readFileSync(join(root, file), 'utf8');
  for (const { groups } of text.matchAll(LINK)) {
    if (existsSync(join(root, dirname(file), groups.target))) continue;
    wrong++;
    process.stderr.write(`${file} links to ${groups.target}, which is not there\n`);
  }
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
