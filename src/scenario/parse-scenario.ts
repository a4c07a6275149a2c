import { type Document, LineCounter, parseDocument } from 'yaml';
import { type ScenarioData, ScenarioFile } from './data/scenario-data.ts';
import { ScenarioError } from './errors/scenario-error.ts';
import { type SchemaProblem, schemaProblems } from './errors/schema-problems.ts';
import { describeSyntax } from './errors/yaml-syntax.ts';
import { type Scenario, type ScenarioSource, scenarioOf } from './scenario.ts';
import { findMistake, isCommentedOut, nodeAt, takeAsWritten } from './yaml-nodes.ts';

/** How to read a scenario. */
export interface ParseScenarioOptions {
  /** How errors name the text. Default: `scenario.yaml`. */
  readonly file?: string | undefined;
}

/**
 * Reads a scenario in YAML (or JSON). Throws a `ScenarioError` with file, line and column of everything that is wrong.
 * Where text is wanted, a number or a truth value stands for the text it is written with.
 */
export function parseScenario(
  text: string,
  { file = 'scenario.yaml' }: ParseScenarioOptions = {},
): Scenario {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const locate = (offset: number): { line: number; column: number } => {
    const { line, col } = lines.linePos(offset);
    return { line, column: col };
  };
  const [error] = document.errors;
  if (error) {
    const message = describeSyntax(error, text);
    throw new ScenarioError(file, [{ ...locate(error.pos[0]), message }]);
  }

  const mistake = findMistake(document);
  if (mistake) {
    const at = locate(mistake.node.range?.[0] ?? 0);
    throw new ScenarioError(file, [{ ...at, message: mistake.message }]);
  }

  const source: ScenarioSource = {
    file,
    locate: (path) => locate(nearestNode(document, path)?.range?.[0] ?? 0),
  };
  let checked = check(plainData(document, file));
  const mended = checked.problems.filter(
    ({ path, wantsText }) => wantsText && takeAsWritten(nodeAt(document, path)),
  );
  if (mended.length > 0) checked = check(plainData(document, file));
  if (checked.data) return scenarioOf(checked.data, source);

  const problems = checked.problems
    .map(({ path, atKey, message }) => {
      const key = atKey ? nodeAt(document, path, { key: true }) : undefined;
      const hint = isCommentedOut(nodeAt(document, path)) ? COMMENTED_OUT : '';
      const at = key?.range ? locate(key.range[0]) : source.locate(path);
      return { ...at, message: `${message}${hint}` };
    })
    .toSorted((a, b) => a.line - b.line || a.column - b.column);
  throw new ScenarioError(file, problems);
}

const COMMENTED_OUT = '; what follows "#" is a comment: put quotes around the text';

function check(value: unknown): { data?: ScenarioData; problems: SchemaProblem[] } {
  const parsed = ScenarioFile.safeParse(value);
  if (parsed.success) return { data: parsed.data, problems: [] };
  return { problems: schemaProblems(parsed.error, { schema: ScenarioFile, value }) };
}

function plainData(document: Document, file: string): unknown {
  try {
    return document.toJS();
  } catch (error) {
    // Aliases within aliases, so many that writing them out would fill the memory.
    const message = error instanceof Error ? error.message : String(error);
    throw new ScenarioError(file, [{ line: 1, column: 1, message }]);
  }
}

/** The node at a path, or at the longest beginning of it that exists. */
function nearestNode(document: Document, path: readonly PropertyKey[]): ReturnType<typeof nodeAt> {
  for (let length = path.length; length >= 0; length--) {
    const node = nodeAt(document, path.slice(0, length));
    if (node) return node;
  }
  return undefined;
}
