import { describe, expect, it } from 'vitest';
import {
  assistant,
  fake,
  oneCall,
  pausedConversation,
  results,
  runs,
  says,
  send,
  user,
} from '../../test/support/conversation.ts';
import type { TranscriptEvent } from '../transcript/events.ts';
import { type Item, sessionTimelines } from './timeline.ts';

/** One session's items as `lane: label (look)`. */
function outline(transcript: Iterable<TranscriptEvent>): string[] {
  return itemsOf(transcript).map(({ lane, label, look }) => `${lane}: ${label} (${look})`);
}

function itemsOf(transcript: Iterable<TranscriptEvent>): readonly Item[] {
  return sessionTimelines(transcript)[0]!.items;
}

describe('a timeline', () => {
  it('has an item for each thing that happened, in the lane of who did it', async () => {
    const { api, first, history } = await pausedConversation();
    await send(api, {
      messages: [...history, results(first, '[]')],
      container: first.container?.id,
    });

    expect(outline(api.transcript)).toEqual([
      'user: #1 (plain)',
      'user: Hi (plain)',
      expect.stringMatching(/^container: container_01\w+ \(plain\)$/),
      'cells: cell 1 (ok)',
      'tools: fetch_rows {"sku":"A"} (ok)',
      'Claude: tool_use (plain)',
      'user: #2 (plain)',
      'Claude: Done. (plain)',
      'Claude: end_turn (plain)',
    ]);
  });

  it('shows a cell waiting from its pause to the answer', async () => {
    const { api, first, history } = await pausedConversation();
    await send(api, {
      messages: [...history, results(first, '[]')],
      container: first.container?.id,
    });

    const cell = itemsOf(api.transcript).find(({ lane }) => lane === 'cells')!;
    const call = itemsOf(api.transcript).find(({ lane }) => lane === 'tools')!;
    expect(cell.pauses).toEqual([{ from: call.from + 1, to: call.to }]);
    expect(cell.to).toBeGreaterThan(call.to);
  });

  it('lets what nobody ended last to the end, as waiting', async () => {
    const { api } = await pausedConversation();

    const { items, moments } = sessionTimelines(api.transcript)[0]!;
    const open = items.filter(({ lane }) => lane === 'cells' || lane === 'tools');
    expect(open.map(({ look, to }) => [look, to])).toEqual([
      ['waiting', moments.length - 1],
      ['waiting', moments.length - 1],
    ]);
  });

  it('says how a cell failed, and which rule was broken', async () => {
    const { api, first, history } = await pausedConversation();
    await send(api, { messages: [...history, user('And now?')] });
    const failing = fake([[runs('boom'), says('Oh.')]], {
      boom: [{ stderr: 'Traceback\nValueError: no rows\n', return_code: 1 }],
    });
    await send(failing.api, { messages: [user('Hi')] });

    expect(first.stop_reason).toBe('tool_use');
    expect(outline(api.transcript)).toContain('findings: reply.missing (finding)');
    expect(outline(api.transcript)).toContain('Claude: 400 (failed)');
    expect(outline(failing.api.transcript)).toContain(
      'cells: cell 1: ValueError: no rows (failed)',
    );
  });

  it('keeps sessions apart', async () => {
    const { api } = fake([[runs('cell'), says('Done.')]], { cell: oneCall });
    await send(api, { messages: [user('one')] });
    await send(api, { messages: [user('another')] });

    expect(sessionTimelines(api.transcript).map(({ items }) => items[1]?.label)).toEqual([
      'one',
      'another',
    ]);
  });

  it('points at the line of the code that made a call', async () => {
    const { api } = await pausedConversation();

    const call = itemsOf(api.transcript).find(({ lane }) => lane === 'tools')!;
    expect(call.details).toContainEqual({
      title: 'code, called on line 2',
      text: 'cell',
      line: 2,
    });
  });

  it('shows of a request only what is new in it', async () => {
    const { api, first, history } = await pausedConversation();
    await send(api, {
      messages: [...history, results(first, '[]')],
      container: first.container?.id,
    });

    const second = itemsOf(api.transcript).find(({ label }) => label === '#2')!;
    expect(second.details.map(({ title }) => title)).toContain('messages 2 to 3');
    expect(JSON.stringify(second.details)).not.toContain('Hi');
  });

  it('shows that an answer came too late', async () => {
    const cell = [oneCall[0]!, { stdout: 'gave up', late: ['1'] }];
    const { api } = fake([[runs('cell'), says('Done.')]], { cell });
    const first = (await send(api, { messages: [user('Hi')] })).body;
    const messages = [user('Hi'), assistant(first), results(first, '[]')];
    await send(api, { messages, container: first.container.id });

    expect(outline(api.transcript)).toContain(
      'tools: fetch_rows {"sku":"A"} (answer.late) (failed)',
    );
  });

  it('shows at a call and at a cell what was expected of them', async () => {
    const { api } = await pausedConversation();
    const events = api.transcript.events;
    const { session, call } = events.find((event) => event.type === 'call.made')!;
    const { cell } = events.find((event) => event.type === 'cell.started')!;
    const differences = [
      { path: '$.sku', expected: 'B', actual: 'A' },
      { path: '$.weeks', actual: 2 },
    ];
    const failures = [
      {
        message: 'Calls.',
        deviations: [
          { kind: 'different', call: { session, id: call }, differences },
          { kind: 'missing', differences: [] },
        ],
      },
      { message: 'Cell 1 printed nothing.', cell: { session, id: cell }, expected: '8' },
      { message: 'Elsewhere.', cell: { session: 'other', id: cell } },
    ];

    const { items } = sessionTimelines(api.transcript, failures)[0]!;
    const differing = items.filter(({ differs }) => differs);
    expect(differing.map(({ lane }) => lane)).toEqual(['cells', 'tools']);
    expect(differing[0]!.details.slice(0, 2)).toEqual([
      { title: 'not as expected', text: 'Cell 1 printed nothing.' },
      { title: 'expected output', text: '8' },
    ]);
    expect(differing[1]!.details[0]!.text).toBe(
      [
        'other than the expected call',
        '$.sku     expected "B"       actual "A"',
        '$.weeks   expected nothing   actual 2',
      ].join('\n'),
    );
  });

  it('shows what the schedule did, and commands beside cells', async () => {
    const command = { type: 'bash_code_execution', command: 'ls' } as const;
    const { api } = fake(
      [[command, says('Done.')]],
      { ls: [{ return_code: 2 }] },
      {
        schedule: { faults: [{ on: 'request', nth: 1, error: 'overloaded_error' }] },
      },
    );
    await send(api, { messages: [user('Hi')] });
    await send(api, { messages: [user('Hi')] });

    expect(outline(api.transcript)).toContain('faults: request: overloaded_error (fault)');
    expect(outline(api.transcript)).toContain('cells: ls (failed)');
  });
});
