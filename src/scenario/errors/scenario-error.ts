/** One thing wrong with a scenario. Lines and columns count from 1 and are known when the scenario came from text. */
export interface ScenarioProblem {
  readonly line?: number | undefined;
  readonly column?: number | undefined;
  readonly message: string;
}

/** A scenario is not valid. The message has one line a problem: `file:line:column what is wrong`. */
export class ScenarioError extends Error {
  override readonly name: string = 'ScenarioError';
  readonly code = 'scenario.invalid';
  /** The file as it was named, or the scenario's name when it came from code. */
  readonly file: string;
  readonly problems: readonly ScenarioProblem[];

  constructor(file: string, problems: readonly ScenarioProblem[]) {
    super(problems.map((problem) => describeProblem(file, problem)).join('\n'));
    this.file = file;
    this.problems = problems;
  }
}

function describeProblem(file: string, { line, column, message }: ScenarioProblem): string {
  return line === undefined ? `${file}: ${message}` : `${file}:${line}:${column} ${message}`;
}
