import fc from 'fast-check';
import type { WireBlock } from '../../src/protocol/wire-blocks.ts';
import type { WireMessage } from '../../src/protocol/wire-message.ts';

/** Messages as the API may send them: every kind of block, fields and blocks nobody knows. */

const text = fc.string({ unit: 'binary' });
const json = fc.jsonValue();
const input = fc.dictionary(text, json);
const type = <T extends string>(name: T) => fc.constant(name);
const unknownFields = fc.dictionary(fc.constantFrom('new_field', 'later', '__proto__'), json);

const caller = fc.oneof(
  fc.record({ type: type('direct') }),
  fc.record({ type: type('code_execution_20260120'), tool_id: text }),
);
const output = {
  stdout: text,
  stderr: text,
  return_code: fc.nat(),
  content: fc.array(fc.record({ type: type('output'), file_id: text })),
};
const result = (kind: string, content: fc.Arbitrary<unknown>): fc.Arbitrary<WireBlock> =>
  fc.record({ type: type(kind), tool_use_id: text, content });

const knownBlock: fc.Arbitrary<WireBlock> = fc.oneof(
  fc.record(
    {
      type: type('text'),
      text,
      citations: fc.option(fc.array(fc.record({ type: text, cited_text: text }))),
    },
    { requiredKeys: ['type', 'text'] },
  ),
  fc.record({ type: type('thinking'), thinking: text, signature: text }),
  fc.record({ type: type('redacted_thinking'), data: text }),
  fc.record({ type: type('server_tool_use'), id: text, name: text, input }),
  fc.record({ type: type('server_tool_use'), id: text, name: text, input, caller }),
  fc.record({ type: type('tool_use'), id: text, name: text, input, caller }),
  fc.record({ type: type('mcp_tool_use'), id: text, name: text, server_name: text, input }),
  result(
    'code_execution_tool_result',
    fc.oneof(
      fc.record({ type: type('code_execution_result'), ...output, abort_reason: type('') }),
      fc.record({ type: type('code_execution_tool_result_error'), error_code: text }),
    ),
  ),
  result(
    'bash_code_execution_tool_result',
    fc.record({ type: type('bash_code_execution_result'), ...output }),
  ),
  result('web_search_tool_result', fc.array(input)),
  fc.record({ type: type('container_upload'), file_id: text }),
  fc.record(
    { type: type('compaction'), content: fc.option(text), encrypted_content: fc.option(text) },
    { requiredKeys: ['type', 'content'] },
  ),
);
const block: fc.Arbitrary<WireBlock> = fc.oneof(
  { weight: 4, arbitrary: knownBlock },
  fc.tuple(knownBlock, unknownFields).map(([known, extra]) => ({ ...extra, ...known })),
  fc.record({ type: type('of_next_year'), input, text }),
);

const requiredKeys = [
  'model',
  'id',
  'type',
  'role',
  'content',
  'stop_reason',
  'stop_sequence',
  'usage',
] as const;

/** Any message. */
export const wireMessage: fc.Arbitrary<WireMessage> = fc
  .record(
    {
      model: text,
      id: text,
      type: type('message'),
      role: type('assistant'),
      content: fc.array(block),
      container: fc.option(fc.record({ id: text, expires_at: text })),
      stop_reason: fc.constantFrom('end_turn', 'tool_use', 'of_next_year'),
      stop_sequence: fc.option(text),
      stop_details: fc.option(fc.record({ type: type('refusal'), explanation: text })),
      context_management: fc.option(fc.record({ applied_edits: fc.array(input) })),
      new_field: json,
      usage: fc.record(
        {
          input_tokens: fc.nat(),
          cache_creation_input_tokens: fc.option(fc.nat()),
          cache_creation: fc.option(fc.record({ ephemeral_5m_input_tokens: fc.nat() })),
          output_tokens: fc.nat(),
          service_tier: type('standard'),
          server_tool_use: fc.option(fc.record({ web_search_requests: fc.nat() })),
          output_tokens_details: fc.option(fc.record({ thinking_tokens: fc.nat() })),
          new_counter: json,
        },
        { requiredKeys: ['input_tokens', 'output_tokens'] },
      ),
    },
    { requiredKeys: [...requiredKeys] },
  )
  // What crosses the wire is JSON: no -0, no objects without prototype.
  .map((value): WireMessage => JSON.parse(JSON.stringify(value)));
