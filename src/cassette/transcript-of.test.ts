import { expect, test } from 'vitest';
import { head, session } from '../../test/support/recorded-session.ts';
import { foldSessions } from '../transcript/fold.ts';
import type { Exchange } from './exchange.ts';
import { readAnyRecording } from './read-any-recording.ts';
import { transcriptOf } from './transcript-of.ts';

test('a recorded conversation folds to its turns, cells, calls and answers', () => {
  const [view, ...others] = foldSessions(transcriptOf(session));
  expect(others).toEqual([]);
  expect(view?.turns).toMatchObject([
    {
      user: 'How many rows?',
      texts: ['Seven.'],
      calls: [],
      cells: [
        {
          id: 'srvtoolu_01abcdef',
          container: 'container_01abcdef',
          calls: [{ name: 'fetch_rows', input: {}, answer: { content: '7', is_error: false } }],
          result: { stdout: '7\n', return_code: 0 },
        },
      ],
    },
  ]);
  expect(transcriptOf(session).map(({ type }) => type)).toEqual([
    'session.started',
    'request.received',
    'turn.started',
    'container.created',
    'cell.started',
    'call.made',
    'cell.paused',
    'response.sent',
    'request.received',
    'call.answered',
    'cell.finished',
    'text.written',
    'turn.finished',
    'response.sent',
  ]);
});

/** The session again with other ids, as a second conversation that begins alike. */
const again: Exchange[] = JSON.parse(JSON.stringify(session).replaceAll('_01', '_02'));

test('conversations that run at the same time are sessions of their own', () => {
  const views = foldSessions(transcriptOf([session[0]!, again[0]!, again[1]!, session[1]!]));
  expect(views.map(({ key }) => key)).toEqual(['1', '2']);
  expect(views.map(({ turns }) => turns[0]?.cells[0]?.id)).toEqual([
    'srvtoolu_01abcdef',
    'srvtoolu_02abcdef',
  ]);
});

test('responses alone are a conversation too, as far as their ids link them', () => {
  const responses = session.map(({ response }) => ({ response }));
  expect(foldSessions(transcriptOf(responses))).toMatchObject([
    { key: '1', turns: [{ user: '', texts: ['Seven.'], cells: [{ result: { stdout: '7\n' } }] }] },
  ]);
});

test('times count from the first request; what belongs to no conversation stands apart', () => {
  const file = {
    request: { ...head, method: 'GET', path: '/v1/files' },
    response: { status: 200, headers: {} },
  };
  const timed = [session[0]!, file].map((exchange, i) => ({
    ...exchange,
    at: `2035-01-01T00:00:0${i}.500Z`,
  }));
  const events = transcriptOf(timed).map(({ session, at, type }) => [session, at, type]);
  expect(events).toContainEqual(['1', 0, 'response.sent']);
  expect(events).toContainEqual(['', 1000, 'response.sent']);
});

test('what a first request has of an earlier conversation is told where it is asked for', () => {
  const [before, after] = session;
  const alone = { request: { ...after!.request!, body: after!.request!.body } };
  const types = (options: { history?: boolean }, exchanges: Exchange[]) =>
    transcriptOf(exchanges, options).map(({ type }) => type);
  expect(types({}, [after!])).not.toContain('cell.started');
  const told = types({ history: true }, [after!]);
  const rest = types({}, [before!, after!]).filter((type) => !/^(?:request|response)\./.test(type));
  expect(told.filter((type) => !/^(?:request|response)\./.test(type))).toEqual(rest);
  expect(types({ history: true }, [alone])).toContain('call.answered');
  expect(readAnyRecording(JSON.stringify(alone.request.body)).format).toBe('requests');
});
