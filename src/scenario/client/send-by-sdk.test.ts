import { expect, test, vi } from 'vitest';
import { sendBySdk } from './send-by-sdk.ts';

vi.mock('@anthropic-ai/sdk', () => {
  throw new Error('Cannot find package');
});

test('without the SDK one is told how to install it', async () => {
  const fetch = () => Promise.reject(new Error('not reached'));
  await expect(sendBySdk(fetch)).rejects.toMatchObject({
    code: 'sdk.missing',
    message: 'The SDK client needs @anthropic-ai/sdk: npm install --save-dev @anthropic-ai/sdk',
  });
});
