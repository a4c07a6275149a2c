/** `docs/bug-classes.md`, from the classes and their specimens. */
import { readdirSync, readFileSync } from 'node:fs';
import { STANDARD_CONVERSATIONS } from 'callsheet/probe';
import { parse } from 'yaml';
import { BUG_CLASSES, type BugClassId } from '../../src/verdict/bug-classes.ts';
import type { Specimen } from './specimen.ts';
import { SPECIMENS } from './specimens/index.ts';

/** A row of `published.yaml`. */
interface Published {
  readonly class: string;
  readonly wrong: Version;
  readonly mended: Version;
}
interface Version {
  readonly packages: Readonly<Record<string, string>>;
  readonly way: string;
}

const SPECIMENS_FOLDER = 'test/bug-classes/specimens';
const AGENT = 'test/bug-classes/agent.ts';

const root = new URL('../../', import.meta.url);
const textOf = (path: string): string => readFileSync(new URL(path, root), 'utf8');

/** The document. `fixes`: what the verdict says is to be done, by class. */
export function bugClassesDocument(fixes: ReadonlyMap<string, string | undefined>): string {
  const published: Published[] = parse(textOf('test/bug-classes/published.yaml'));
  const sections = Object.keys(SPECIMENS).map((id) =>
    section(id as BugClassId, {
      fix: fixes.get(id),
      published: published.filter((row) => row.class === id),
    }),
  );
  return `${[INTRODUCTION, codeBlock(AGENT, 'correct'), ...sections].join('\n\n')}\n`;
}

const INTRODUCTION = `# Bug classes

${Object.keys(BUG_CLASSES).length} ways in which agents and client libraries get code execution and programmatic tool calling wrong, all of them reported in
public. For each there is a small agent with just that bug, a correct twin, and the conversation that tells them apart.
\`npm run bug-classes\` prints what catches each. What is named here as catching a bug does so alone, with whatever else
would catch it switched off; and with all of it switched off nothing else does.

This page is made from \`src/verdict/bug-classes.ts\` and \`${SPECIMENS_FOLDER}\`: \`npx vitest run test/bug-classes -u\`.

A finding of the verdict (\`callsheet run --verdict\`, \`toHaveCleanVerdict()\`, \`callsheet probe\`) names the class it shows.
Severity \`high\`: turns fail, or side effects happen twice. \`medium\`: answers can be wrong. \`low\`: money or time is lost.

All agents are this one, but for the habits that each section shows. \`wrong\` is the bug; \`right\` stands where the twin
does something special; \`both\` is the setting.`;

function section(
  id: BugClassId,
  {
    fix,
    published,
  }: { readonly fix: string | undefined; readonly published: readonly Published[] },
): string {
  const specimen = SPECIMENS[id];
  const { title, severity, consequence } = BUG_CLASSES[id];
  const catches = specimen.caughtBy.map((each) => `\`${each}\``).join(', ');
  return [
    `## ${id}`,
    `**${title}.** ${consequence} Severity: ${severity}.`,
    ...(fix === undefined ? [] : [`Fix: ${fix}`]),
    `Caught by ${catches}, in ${conversationOf(specimen)}.`,
    ...published.map(
      ({ wrong, mended }) => `Published: ${nameOf(wrong)} has it, ${nameOf(mended)} has not.`,
    ),
    codeBlock(fileOf(id), id),
  ].join('\n\n');
}

function conversationOf({ conversation, clock }: Specimen): string {
  const { scenario } = conversation;
  const isProbed = STANDARD_CONVERSATIONS.some((each) => each.scenario.name === scenario.name);
  const faults = scenario.data.schedule?.faults?.map((fault) => `\`${JSON.stringify(fault)}\``);
  return [
    isProbed
      ? `the conversation \`${scenario.name}\` of [the probe](probe.md)`
      : `a conversation of its own, \`${scenario.name}\``,
    ...(faults ? [` with the fault ${faults.join(', ')}`] : []),
    ...(clock ? [`, by \`clock: '${clock}'\``] : []),
  ].join('');
}

function nameOf({ packages, way }: Version): string {
  const [client] = Object.entries(packages);
  return `\`${client!.join(' ')}\` (\`${way}\`)`;
}

function fileOf(id: string): string {
  const files = readdirSync(new URL(SPECIMENS_FOLDER, root));
  const found = files.find((file) =>
    textOf(`${SPECIMENS_FOLDER}/${file}`).includes(`#region ${id}\n`),
  );
  if (found === undefined) throw new Error(`No specimen has the region "${id}".`);
  return `${SPECIMENS_FOLDER}/${found}`;
}

/** A region of a program, as `npm run docs` would copy it. */
function codeBlock(path: string, region: string): string {
  const lines = textOf(path).split('\n');
  const start = lines.findIndex((line) => line.trim().endsWith(`#region ${region}`));
  if (start === -1) throw new Error(`${path} has no region "${region}".`);
  const length = lines.slice(start + 1).findIndex((line) => line.trim().endsWith('#endregion'));
  const code = lines.slice(start + 1, start + 1 + length);
  const indent = Math.min(...code.filter(Boolean).map((line) => line.search(/\S/)));
  const text = code.map((line) => line.slice(indent)).join('\n');
  return `<!-- code: ${path}#${region} -->\n\n\`\`\`ts\n${text}\n\`\`\``;
}
