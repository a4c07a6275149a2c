/** What every contender answers: about two dozen tokens. */
export const TEXT =
  'Hi there from the mock. This is a canned answer used for the benchmark, about twenty words long in total, fine.';

/** A request that begins a conversation of its own. */
export function requestBody(n, stream = false) {
  return {
    model: 'claude-sonnet-4-6',
    max_tokens: 64,
    ...(stream && { stream }),
    messages: [{ role: 'user', content: `hello ${n}` }],
  };
}

/** The same answer as a fixed message. */
export const MESSAGE = {
  id: 'msg_01aaaaaaaaaaaaaaaaaaaaaa',
  type: 'message',
  role: 'assistant',
  model: 'claude-sonnet-4-6',
  content: [{ type: 'text', text: TEXT }],
  stop_reason: 'end_turn',
  stop_sequence: null,
  usage: { input_tokens: 10, output_tokens: 24 },
};
