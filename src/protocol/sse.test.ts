import { createParser } from 'eventsource-parser';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readServerSentEvents, type ServerSentEvent } from './sse.ts';

function byTheStandard(text: string): ServerSentEvent[] {
  const events: ServerSentEvent[] = [];
  const parser = createParser({
    onEvent: ({ event, data }) => events.push({ name: event || 'message', data }),
  });
  parser.feed(text);
  return events;
}

test('reads what a parser of the standard reads, whatever the lines', () => {
  const part = fc.constantFrom(
    'event: ping',
    'event:',
    'data',
    'data:',
    'data: {"a": 1}',
    'data:  two',
    ': comment',
    'id: 7',
    'retry: 9',
    'datas: no',
    '',
  );
  const lines = fc.array(fc.tuple(part, fc.constantFrom('\n', '\r\n', '\r')));
  fc.assert(
    fc.property(lines, (lines) => {
      const text = `${lines.flat().join('')}\n\n`;
      expect(readServerSentEvents(text)).toEqual(byTheStandard(text));
    }),
  );
});

test('an event that the end of the text leaves open counts', () => {
  const events = [{ name: 'ping', data: '{}' }];
  expect(readServerSentEvents('event: ping\ndata: {}')).toEqual(events);
  expect(readServerSentEvents('event: ping\ndata: {}\n')).toEqual(events);
});
