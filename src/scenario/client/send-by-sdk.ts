import type { default as AnthropicSdk } from '@anthropic-ai/sdk';
import type { Message } from '../../protocol/message.ts';
import type { Send } from './send.ts';

/** The SDK is not installed. */
class SdkMissingError extends Error {
  override readonly name: string = 'SdkMissingError';
  readonly code = 'sdk.missing';

  constructor(cause: unknown) {
    super('The SDK client needs @anthropic-ai/sdk: npm install --save-dev @anthropic-ai/sdk', {
      cause,
    });
  }
}

/** How the SDK sends. */
export interface SdkOptions {
  /** Stream every response. Default: false. */
  readonly stream?: boolean | undefined;
}

/** Sends with `@anthropic-ai/sdk` over a `fetch`. Rejects with a `SdkMissingError` when it is not installed. */
export async function sendBySdk(
  fetch: typeof globalThis.fetch,
  { stream = false }: SdkOptions = {},
): Promise<Send> {
  const { Anthropic } = await import('@anthropic-ai/sdk').catch((error: unknown) => {
    throw new SdkMissingError(error);
  });
  const client = new Anthropic({
    fetch,
    apiKey: 'test',
    // Given, so that the environment cannot point the client anywhere else.
    baseURL: 'https://api.anthropic.com',
  });
  return async (body) => {
    // The SDK's types name what its version knew; what is sent and received is the scenario's and the fake's affair.
    /* oxlint-disable typescript/no-unsafe-type-assertion */
    const params = body as unknown as AnthropicSdk.MessageCreateParamsNonStreaming;
    const message = stream
      ? await client.messages.stream(params).finalMessage()
      : await client.messages.create(params);
    return message as unknown as Message;
    /* oxlint-enable typescript/no-unsafe-type-assertion */
  };
}
