import type { Reporter, TestCase, TestModule } from 'vitest/node';

/** What came of a bug class. */
export interface Outcome {
  readonly id: string;
  /** What caught the agent with the bug, each with all others switched off. */
  readonly caught: readonly string[];
  /** The class that the verdict takes it for, where it says one. */
  readonly takenFor: string | undefined;
  /** What the correct twin was accused of. */
  readonly accusedTwin: readonly string[];
  /** What is still said of the agent with the bug when all that is cited is switched off. */
  readonly withoutThem: readonly string[];
}

declare module 'vitest' {
  interface TaskMeta {
    bugClass?: Outcome;
  }
}

/** Prints a line a bug class, class · caught · by what, and the totals last. */
export default class BugClassReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], errors: readonly { message: string }[]): void {
    const tests = modules.flatMap((module) => [...module.children.allTests()]);
    const outcomes = tests.flatMap((test) => test.meta().bugClass ?? []);
    const missed = outcomes.filter(({ caught }) => caught.length === 0);
    const accused = outcomes.filter(({ accusedTwin }) => accusedTwin.length > 0);
    const broken = tests.filter((test) => test.result().state !== 'passed');
    const lines = [
      ...outcomes.map(lineOf),
      ...errors.map(({ message }) => message),
      ...broken.map(describeBroken),
      '',
      `${outcomes.length - missed.length} of ${outcomes.length} caught, ${accused.length} of ${outcomes.length} twins accused`,
    ];
    process.stdout.write(`${lines.join('\n')}\n`);
  }
}

function lineOf({ id, caught, accusedTwin }: Outcome): string {
  const verdict = caught.length > 0 ? 'caught' : 'MISSED';
  const twin = accusedTwin.length > 0 ? ` · twin accused of ${accusedTwin.join(', ')}` : '';
  return `${id} · ${verdict} · ${caught.join(', ') || 'nothing'}${twin}`;
}

function describeBroken(test: TestCase): string {
  const { errors = [] } = test.result();
  return [`\n${test.name}:`, ...errors.map(({ diff, message }) => diff ?? message)].join('\n');
}
