import { ExpectationError } from '../scenario/checks/failure.ts';
import { runScenario, type RunScenarioOptions } from '../scenario/run-scenario.ts';
import {
  describeFileProblem,
  type FileProblem,
  readScenarios,
} from '../scenario/scenario-files.ts';
import { type PlayOptions, test } from './fixture.ts';

/** How the scenarios are played. */
export interface ScenarioTestsOptions extends Omit<RunScenarioOptions, 'api'> {
  /** Options of the fakes they are played against. */
  readonly fake?: Omit<PlayOptions, 'allow'> | undefined;
}

/**
 * Makes a test of every scenario in these files, and in the `.yaml` files below these folders, with the reference client
 * as the agent: what `callsheet run` does. A file that is no scenario is a test that fails. Paths are relative to the
 * working directory.
 *
 *     await scenarioTests('scenarios');
 */
export async function scenarioTests(
  paths: string | readonly string[],
  { fake, ...options }: ScenarioTestsOptions = {},
): Promise<void> {
  const { scenarios, problems } = await readScenarios([paths].flat());
  for (const { file, scenario } of scenarios) {
    test(`${file} › ${scenario.name}`, async ({ callsheet }) => {
      // What an agent may leave behind is checked with the rest of the scenario.
      const allow = ['findings', 'unplayed', 'unexpected'] as const;
      const api = callsheet.play(scenario, { ...fake, allow });
      const { failures } = await runScenario(scenario, { api, ...options });
      if (failures.length > 0) throw new ExpectationError(failures);
    });
  }
  for (const [file, found] of byFile(problems)) {
    test(file, () => {
      throw new Error(found.map(describeFileProblem).join('\n'));
    });
  }
}

function byFile(problems: readonly FileProblem[]): Map<string, FileProblem[]> {
  const files = new Map<string, FileProblem[]>();
  for (const problem of problems) {
    files.set(problem.file, [...(files.get(problem.file) ?? []), problem]);
  }
  return files;
}
