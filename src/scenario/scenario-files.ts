import { readdir, readFile, stat } from 'node:fs/promises';
import { sep } from 'node:path';
import { ScenarioError } from './errors/scenario-error.ts';
import { parseScenario } from './parse-scenario.ts';
import { assertRunnable } from './runnable.ts';
import type { Scenario } from './scenario.ts';

/** A scenario and the file it is in. */
export interface ScenarioInFile {
  readonly file: string;
  readonly scenario: Scenario;
}

/** Something on the command line that is not a scenario. Lines and columns count from 1. */
export interface FileProblem {
  readonly file: string;
  readonly line?: number | undefined;
  readonly column?: number | undefined;
  readonly message: string;
}

/** What was found where it was looked for. */
export interface ScenarioFiles {
  readonly scenarios: readonly ScenarioInFile[];
  readonly problems: readonly FileProblem[];
}

export interface ReadOptions {
  /** Whether a scenario has to say enough for the reference client to play the agent. Default: true. */
  readonly runnable?: boolean | undefined;
}

/**
 * Reads scenarios from files, and from the `.yaml` and `.yml` files below folders, in the order of their names. What
 * cannot be read or run becomes a problem and hides nothing else. Files are named as given, with `/` between folders.
 */
export async function readScenarios(
  paths: readonly string[],
  { runnable = true }: ReadOptions = {},
): Promise<ScenarioFiles> {
  const scenarios: ScenarioInFile[] = [];
  const problems: FileProblem[] = [];
  const files = new Set<string>();
  for (const path of paths.map(withSlashes)) {
    try {
      const found = await scenarioFiles(path);
      if (found.length === 0)
        problems.push({ file: path, message: 'no .yaml files in this folder' });
      for (const file of found) files.add(file);
    } catch (error) {
      problems.push({ file: path, message: readFailure(error) });
    }
  }
  for (const file of files) {
    try {
      const scenario = parseScenario(await readFile(file, 'utf8'), { file });
      if (runnable) assertRunnable(scenario);
      scenarios.push({ file, scenario });
    } catch (error) {
      if (error instanceof ScenarioError) {
        problems.push(...error.problems.map((problem) => ({ file, ...problem })));
      } else {
        problems.push({ file, message: readFailure(error) });
      }
    }
  }
  return { scenarios, problems };
}

/** A problem as one line: `file:line:column what is wrong`. */
export function describeFileProblem({ file, line, column, message }: FileProblem): string {
  return line === undefined ? `${file}: ${message}` : `${file}:${line}:${column} ${message}`;
}

async function scenarioFiles(path: string): Promise<string[]> {
  const info = await stat(path);
  return info.isDirectory() ? filesBelow(path) : [path];
}

async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const files: string[] = [];
  for (const entry of entries.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    if (entry.name.startsWith('.') || entry.name === 'node_modules') continue;
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) files.push(...(await filesBelow(path)));
    else if (/\.ya?ml$/.test(entry.name)) files.push(path);
  }
  return files;
}

function withSlashes(path: string): string {
  const slashed = sep === '/' ? path : path.replaceAll(sep, '/');
  return slashed.replace(/(?<=.)\/+$/, '');
}

const FAILURES: Record<string, string> = {
  ENOENT: 'no such file or folder',
  EACCES: 'permission denied',
  EISDIR: 'a folder, not a file',
};

function readFailure(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return FAILURES[code] ?? `cannot be read (${code || String(error)})`;
}
