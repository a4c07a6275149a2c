import { whereSaid } from '../scenario/checks/where-said.ts';
import type { FileProblem } from '../scenario/scenario-files.ts';
import type { ScenarioRun } from './json-report.ts';
import type { Outcome } from './reports/outcome.ts';

/** What came of scenarios, for reports to other programs: a file that is no scenario has failed as well. */
export function outcomesOf(
  runs: readonly ScenarioRun[],
  problems: readonly FileProblem[],
): Outcome[] {
  const played = runs.map(({ file, scenario, result, transcript }): Outcome => {
    const about = { suite: file, name: scenario.name, file };
    if (result.ok) return { ...about, status: 'passed' };
    const { failures } = result;
    const message = failures.map((failure) => failure.message).join('\n\n');
    const [place] = failures.flatMap((each) => whereSaid(each, scenario, transcript) ?? []);
    return { ...about, ...place, status: 'failed', message };
  });
  const invalid = problems.map((problem): Outcome => ({
    ...problem,
    suite: problem.file,
    name: 'not a valid scenario',
    status: 'failed',
  }));
  return [...played, ...invalid];
}
