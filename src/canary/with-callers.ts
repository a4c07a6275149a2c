import { isJsonObject, type WireMessage } from '../protocol/wire-message.ts';

/**
 * Messages whose calls say who made them. Where an API leaves that out, a call is by the cell that runs: Claude itself
 * calls nothing while one does.
 */
export function withCallers(messages: readonly WireMessage[]): readonly WireMessage[] {
  let running: unknown;
  return messages.map((message) => ({
    ...message,
    content: message.content.map((block) => {
      const { type, id, name, caller } = block;
      if (type === 'server_tool_use' && name === 'code_execution') running = id;
      if (type === 'code_execution_tool_result') running = undefined;
      const isUnsaid = type === 'tool_use' && !isJsonObject(caller) && running !== undefined;
      return isUnsaid ? { ...block, caller: { type: 'code_execution', tool_id: running } } : block;
    }),
  }));
}
