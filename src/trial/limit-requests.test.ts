import { expect, test } from 'vitest';
import { limitRequests } from './limit-requests.ts';

test.each([
  ['is answered', async () => new Response()],
  ['breaks off', () => Promise.reject(new TypeError('fetch failed'))],
])('a request too many is told and stays without an answer, where each %s', async (_, answer) => {
  let reached = 0;
  let exceeded = 0;
  const reach: typeof fetch = () => {
    reached += 1;
    return answer();
  };
  const limited = limitRequests(reach, 2, () => {
    exceeded += 1;
  });
  const ask = () => limited('https://api.anthropic.com/v1/messages');
  await Promise.allSettled([ask(), ask()]);
  expect([reached, exceeded]).toEqual([2, 0]);
  const pending = Symbol('pending');
  for (let n = 0; n < 2; n++) {
    const ended = await Promise.race([
      ask(),
      new Promise((resolve) => setImmediate(resolve, pending)),
    ]);
    expect(ended).toBe(pending);
  }
  // The one too many is in the transcript, what comes after it is not.
  expect([reached, exceeded]).toEqual([3, 1]);
});
