import { expect, test } from 'vitest';
import {
  assistant,
  fake,
  oneCall,
  results,
  runs,
  says,
  send,
  user,
} from '../../test/support/conversation.ts';
import { createHeaders } from './headers.ts';

const headers = createHeaders({ seed: 's', epoch: Date.UTC(2035, 0, 1) });

test('every response names its request and the organization', async () => {
  const { api } = fake([[says('Hello.')]]);
  const answers = [
    await send(api, { messages: [user('Hi')] }),
    await send(api, { messages: 1 }),
    await send(api, {}, { url: 'https://api.anthropic.com/nowhere' }),
  ];
  expect(answers.map(({ status }) => status)).toEqual([200, 400, 404]);
  for (const { headers: sent } of answers) {
    expect(sent.get('request-id')).toMatch(/^req_01\w{22}$/);
    expect(sent.get('anthropic-organization-id')).toMatch(
      /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/,
    );
  }
});

test('the organization depends on the seed alone', () => {
  const again = createHeaders({ seed: 's', epoch: 0 });
  const other = createHeaders({ seed: 't', epoch: 0 });
  expect(again.always('r')).toEqual(headers.always('r'));
  expect(other.always('r')).not.toEqual(headers.always('r'));
});

test('rate limits count what the response cost, and are full again when it has flowed back', () => {
  const usage = { input_tokens: 100_400, output_tokens: 40_000 };
  expect(headers.sampled('r', usage, 1500)).toEqual({
    ...headers.always('r'),
    'anthropic-ratelimit-requests-limit': '4000',
    'anthropic-ratelimit-requests-remaining': '3999',
    'anthropic-ratelimit-requests-reset': '2035-01-01T00:00:02Z',
    'anthropic-ratelimit-tokens-limit': '2400000',
    'anthropic-ratelimit-tokens-remaining': '2260000',
    'anthropic-ratelimit-tokens-reset': '2035-01-01T00:00:06Z',
    'anthropic-ratelimit-input-tokens-limit': '2000000',
    'anthropic-ratelimit-input-tokens-remaining': '1900000',
    'anthropic-ratelimit-input-tokens-reset': '2035-01-01T00:00:05Z',
    'anthropic-ratelimit-output-tokens-limit': '400000',
    'anthropic-ratelimit-output-tokens-remaining': '360000',
    'anthropic-ratelimit-output-tokens-reset': '2035-01-01T00:00:08Z',
  });
});

test('a response that only resumed a cell has no rate limits', async () => {
  const twice = [oneCall[0]!, { calls: [{ key: '2', name: 'fetch_rows', input: {}, line: 3 }] }];
  const { api } = fake([[runs('a')]], { a: twice });
  const first = await send(api, { messages: [user('Hi')] });
  const { body: paused } = first;
  const second = await send(api, {
    container: paused.container.id,
    messages: [user('Hi'), assistant(paused), results(paused, '1')],
  });
  const limited = [first, second].map(({ headers: sent }) =>
    sent.has('anthropic-ratelimit-requests-limit'),
  );
  expect(limited).toEqual([true, false]);
});
