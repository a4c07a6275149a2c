import type { Assignment } from 'callsheet/probe';
import type { JsonObject } from '../../src/protocol/json-object.ts';
import { runConversation } from '../../src/scenario/client/conversation.ts';
import { sendByFetch } from '../../src/scenario/client/send.ts';

/** What a client does otherwise than it should. */
export interface Slip {
  /** Changes what it sends. */
  readonly request?: (body: JsonObject) => JsonObject;
  /** Changes the arguments it runs a tool with. */
  readonly input?: (input: Record<string, unknown>) => Record<string, unknown>;
}

/** A client that does all as it should, but for one thing. */
export function clientWith({ request = (body) => body, input = (same) => same }: Slip = {}) {
  return async ({ fetch, model, tools, prompts, answer }: Assignment): Promise<void> => {
    const send = sendByFetch(fetch);
    await runConversation({
      send: (body) => send(request(body)),
      model,
      tools,
      messages: prompts,
      answer: (call) => answer(call.name, input(call.input)),
    });
  };
}
