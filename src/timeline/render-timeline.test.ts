import { expect, it } from 'vitest';
import { pausedConversation } from '../../test/support/conversation.ts';
import type { TranscriptEvent } from '../transcript/events.ts';
import { renderTimeline } from './render-timeline.ts';

const HOSTILE = '</script><script>alert("x")</script><img src=x onerror=alert(1)>';

it('a page needs nothing from outside', async () => {
  const { api } = await pausedConversation();
  const page = renderTimeline(api.transcript);
  expect(page).toContain(`default-src &#39;none&#39;`);
  expect(page).not.toMatch(/<(link|img|iframe)\b|\bsrc=|@import|url\(/);
});

it('text of a session is never markup', () => {
  const at = { session: HOSTILE, at: 0 };
  const transcript: TranscriptEvent[] = [
    { type: 'session.started', seed: '', epoch: 0, ...at },
    { type: 'turn.started', turn: 0, scripted: '', user: HOSTILE, ...at },
    { type: 'text.written', step: 0, text: HOSTILE, ...at },
  ];
  const page = renderTimeline(transcript, { title: HOSTILE });
  expect(page).not.toContain('<img');
  expect(page.match(/<script/g)).toHaveLength(2);
});

it('a thousand calls, each with a response of its own, make a page of a few hundred kilobytes', () => {
  const at = (ms: number) => ({ session: 's', at: ms });
  const caller = { type: 'code_execution_20260120', tool_id: 'cell' } as const;
  const code = 'for sku in skus:\n    await fetch_rows({"sku": sku})\n'.repeat(50);
  const transcript: TranscriptEvent[] = [
    { type: 'cell.started', step: 0, cell: 'cell', container: 'c', code, ...at(0) },
  ];
  for (let i = 0; i < 1000; i++) {
    const call = `call-${i}`;
    const input = { sku: `SKU ${i}` };
    transcript.push(
      { type: 'call.made', call, name: 'fetch_rows', input, caller, line: 2, ...at(i) },
      { type: 'cell.paused', cell: 'cell', ...at(i) },
      {
        type: 'response.sent',
        request: `${i}`,
        status: 200,
        body: { stop_reason: 'tool_use' },
        ...at(i),
      },
      { type: 'request.received', request: `${i + 1}`, body: { messages: [{}, {}] }, ...at(i + 1) },
      { type: 'call.answered', call, content: `rows of ${i}`, is_error: false, ...at(i + 1) },
    );
  }
  const page = renderTimeline(transcript);
  expect(page).toContain('SKU 999');
  expect(page.length).toBeLessThan(650_000);
});

it('the label of a short cell stands out of it, up to the next one', () => {
  const at = { session: 's', at: 0 };
  const result = { type: 'code_execution_result', stdout: '', stderr: '', return_code: 0 } as const;
  const transcript = ['a', 'b'].flatMap((cell): TranscriptEvent[] => [
    { type: 'cell.started', step: 0, cell, container: 'c', code: 'pass', ...at },
    { type: 'cell.finished', cell, result: { ...result, content: [] }, ...at },
  ]);
  const labels = renderTimeline(transcript).matchAll(/<text>(cel[^<]*)</g);
  expect([...labels].map(([, label]) => label)).toEqual(['cel…', 'cell 2']);
});

it('the same transcript makes the same page', async () => {
  const { api } = await pausedConversation();
  expect(renderTimeline(api.transcript)).toBe(renderTimeline(api.transcript.events));
});
