import type { Outcome } from './outcome.ts';

/** Outcomes as JUnit XML, a suite after the other. Without times, so that equal outcomes give equal bytes. */
export function junitReport(name: string, outcomes: readonly Outcome[]): string {
  const suites = [...new Set(outcomes.map(({ suite }) => suite))].map((suite) =>
    suiteXml(
      suite,
      outcomes.filter((outcome) => outcome.suite === suite),
    ),
  );
  const head = `<testsuites${attributes({ name, ...counts(outcomes) })}>`;
  return ['<?xml version="1.0" encoding="UTF-8"?>', head, ...suites, '</testsuites>', ''].join(
    '\n',
  );
}

function suiteXml(suite: string, outcomes: readonly Outcome[]): string {
  const head = `  <testsuite${attributes({ name: suite, ...counts(outcomes) })}>`;
  return [head, ...outcomes.map(caseXml), '  </testsuite>'].join('\n');
}

function caseXml({ suite, name, status, message = '', file, line }: Outcome): string {
  const head = `    <testcase${attributes({ name, classname: suite, file, line })}`;
  const about = attributes({ message: message.split('\n')[0] });
  switch (status) {
    case 'passed':
      return `${head}/>`;
    case 'failed':
      return `${head}><failure${about}>${escaped(message)}</failure></testcase>`;
    case 'skipped':
      return `${head}><skipped${about}/></testcase>`;
    case 'warned':
      return `${head}><system-out>${escaped(message)}</system-out></testcase>`;
  }
}

function counts(outcomes: readonly Outcome[]): Record<string, number> {
  const having = (wanted: Outcome['status']): number =>
    outcomes.filter(({ status }) => status === wanted).length;
  return { tests: outcomes.length, failures: having('failed'), skipped: having('skipped') };
}

function attributes(values: Readonly<Record<string, string | number | undefined>>): string {
  return Object.entries(values)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => ` ${name}="${escaped(String(value))}"`)
    .join('');
}

/** Text for XML 1.0, which cannot say most control characters: they become U+FFFD. */
function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, '\uFFFD');
}
