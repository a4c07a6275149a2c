/** The probe sees the bug classes, too, in a client of whose insides it knows nothing. */
import { probeClient, type ProbeAdapter, STANDARD_CONVERSATIONS } from 'callsheet/probe';
import { expect, test } from 'vitest';
import type { BugClassId } from '../../src/verdict/bug-classes.ts';
import { converse, CORRECT } from './agent.ts';
import type { Specimen, Swap } from './specimen.ts';
import { SPECIMENS } from './specimens/index.ts';

/** What cannot be seen from outside: what a client does with its tools, its time, its costs, and another API. */
const INSIDE: ReadonlySet<string> = new Set<BugClassId>([
  'approval-bypassed',
  'cache-lost',
  'caller-not-allowed',
  'caller-unchecked',
  'calls-race',
  'late-answer',
  'usage-miscounted',
]);

/** Where the conversation that shows a class is none of the probe's, but one of those shows it as well. */
const INSTEAD: Partial<Record<string, string>> = {
  'call-unanswered': 'parallel calls',
  'paused-turn-split': 'paused turn',
  'result-not-as-text': 'weekly report',
} satisfies Partial<Record<BugClassId, string>>;

/** Those that only the end of the client shows: it fails where it should have gone on. */
const UNNAMED: ReadonlySet<string> = new Set<BugClassId>(['thread-not-replayed']);

const seen = Object.entries(SPECIMENS).filter(([id]) => !INSIDE.has(id));

test.for(seen)('%s', async ([id, specimen]) => {
  const name = INSTEAD[id] ?? specimen.conversation.scenario.name;
  const conversations = STANDARD_CONVERSATIONS.filter(({ scenario }) => scenario.name === name);
  const [held] = await probeClient(clientOf(specimen, specimen.right), { conversations });
  expect(held).toMatchObject({ ok: true, findings: [], failures: [] });
  const [wrong] = await probeClient(clientOf(specimen, specimen.wrong), { conversations });
  expect(wrong?.ok).toBe(false);
  const classes = wrong?.findings.map((entry) => entry.class);
  if (!UNNAMED.has(id)) expect(classes).toContain(id);
});

/** The agent of a specimen as a client of the probe. */
function clientOf({ both }: Specimen, swap: Swap = {}): ProbeAdapter {
  const habits = { ...CORRECT, ...both, ...(typeof swap === 'function' ? swap() : swap) };
  return ({ fetch, model, tools, prompts, answer }) =>
    converse(habits, {
      fetch,
      model,
      tools,
      prompts,
      run: async (name, input) => {
        const { content, is_error } = answer(name, input);
        if (is_error) throw new Error(content);
        return content.startsWith('[') ? JSON.parse(content) : content;
      },
      approve: async () => true,
    });
}
