import { expect, test } from 'vitest';
import { githubReport } from './github.ts';
import { junitReport } from './junit.ts';
import type { Outcome } from './outcome.ts';

const outcomes: Outcome[] = [
  { suite: 'a.yaml', name: 'goes well', status: 'passed', file: 'a.yaml' },
  {
    suite: 'a.yaml',
    name: 'goes <wrong>, 100 %',
    status: 'failed',
    message: 'expected "1"\nreceived & 2\u0000',
    file: 'a.yaml',
    line: 3,
  },
  { suite: 'b.yaml', name: 'is odd', status: 'warned', message: 'look: here' },
  { suite: 'b.yaml', name: 'is not run', status: 'skipped', message: 'no Python' },
];

test('JUnit XML has a suite a file, counts, and text that XML can say', () => {
  expect(junitReport('callsheet', outcomes)).toMatchInlineSnapshot(`
    "<?xml version="1.0" encoding="UTF-8"?>
    <testsuites name="callsheet" tests="4" failures="1" skipped="1">
      <testsuite name="a.yaml" tests="2" failures="1" skipped="0">
        <testcase name="goes well" classname="a.yaml" file="a.yaml"/>
        <testcase name="goes &lt;wrong&gt;, 100 %" classname="a.yaml" file="a.yaml" line="3"><failure message="expected &quot;1&quot;">expected &quot;1&quot;
    received &amp; 2�</failure></testcase>
      </testsuite>
      <testsuite name="b.yaml" tests="2" failures="0" skipped="1">
        <testcase name="is odd" classname="b.yaml"><system-out>look: here</system-out></testcase>
        <testcase name="is not run" classname="b.yaml"><skipped message="no Python"/></testcase>
      </testsuite>
    </testsuites>
    "
  `);
});

test('annotations of GitHub Actions are one line each', () => {
  expect(githubReport(outcomes).split('\n')).toEqual([
    '::error file=a.yaml,line=3,title=goes <wrong>%2C 100 %25::expected "1"%0Areceived & 2\u0000',
    '::warning title=is odd::look: here',
    '::notice title=is not run::no Python',
    '',
  ]);
});
