import fc from 'fast-check';
import { expect, test } from 'vitest';
import { wireMessage } from '../../test/support/wire-message.ts';
import { isWireError, isWireMessage, wireProblems, type WireMessage } from './wire-message.ts';

const message: WireMessage = {
  model: 'claude-sonnet-5',
  id: 'msg_1',
  type: 'message',
  role: 'assistant',
  content: [],
  stop_reason: 'end_turn',
  usage: { input_tokens: 1, output_tokens: 1 },
};

test('every kind of block, known or not, is as the API may send it', () => {
  fc.assert(
    fc.property(wireMessage, (value) => {
      expect(isWireMessage(value)).toBe(true);
      expect(wireProblems(value)).toEqual([]);
    }),
  );
});

test.each([
  [{ id: 7 }, 'id'],
  [{ content: [{ text: 'no type' }] }, 'content.0'],
  [{ content: [{ type: 'text' }] }, 'content.0.text'],
  [{ content: [{ type: 'tool_use', id: 'a', name: 'f', input: [] }] }, 'content.0.input'],
  [{ content: [{ type: 'code_execution_tool_result', content: {} }] }, 'content.0.tool_use_id'],
  [{ container: { id: 'container_1' } }, 'container.expires_at'],
  [{ usage: { input_tokens: 1.5, output_tokens: 0 } }, 'usage.input_tokens'],
])('what is not as the API sends it is named by its path: %j', (change, path) => {
  expect(wireProblems({ ...message, ...change } as WireMessage)[0]?.path).toBe(path);
});

test('an error body is one with a type and a message', () => {
  const body = { type: 'error', error: { type: 'api_error' }, request_id: null };
  expect(isWireError(body)).toBe(true);
  expect(isWireError({ type: 'error' })).toBe(false);
  expect(isWireError(body) && wireProblems(body)).toMatchObject([{ path: 'error.message' }]);
});
