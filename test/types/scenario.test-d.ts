/** With schemas for its tools, what a scenario says of them is checked by the compiler alone. */
import { expect, test } from 'vitest';
import * as z from 'zod';
import { call, inAnyOrder, optional, repeated, scenario } from '../../src/index.ts';

const tools = {
  fetch_rows: { input_schema: z.object({ sku: z.string(), weeks: z.array(z.int()) }), returns: [] },
  ask_user: { input_schema: z.object({ question: z.string() }), returns: 'yes' },
};

test('what is right compiles', () => {
  scenario(
    'right',
    (claude) => {
      claude.onUser('Hi').calls('ask_user', { question: 'Which?' });
      claude
        .onUser('Hi')
        .together((claude) => claude.calls('fetch_rows', { sku: 'A', weeks: [1] }));
    },
    {
      tools,
      expect: {
        calls: [
          call('fetch_rows', { sku: 'A', weeks: [1] }),
          call('fetch_rows', { sku: /^A/, weeks: expect.any(Array) }),
          call('fetch_rows', { sku: 'A' }, { partial: true }),
          call('fetch_rows'),
          repeated(inAnyOrder(optional(call('fetch_rows')), call('ask_user', z.object({})))),
        ],
      },
    },
  );
});

test('a wrong tool or argument does not', () => {
  scenario(
    'wrong',
    (claude) => {
      // @ts-expect-error there is no such tool
      claude.onUser('Hi').calls('ask_usr', { question: 'Which?' });
      // @ts-expect-error a question is text
      claude.onUser('Hi').calls('ask_user', { question: 1 });
      // @ts-expect-error there is no question
      claude.onUser('Hi').calls('ask_user', {});
      // @ts-expect-error there is no such tool
      claude.onUser('Hi').when({ printed: '' }, (claude) => claude.calls('ask_usr'));
    },
    { tools },
  );
  scenario('wrong', (claude) => void claude.onUser('Hi').says('Hi'), {
    tools,
    // @ts-expect-error there is no such tool
    expect: { calls: [call('fetch_row')] },
  });
  scenario('wrong', (claude) => void claude.onUser('Hi').says('Hi'), {
    tools,
    // @ts-expect-error a SKU is text
    expect: { calls: [call('fetch_rows', { sku: 1, weeks: [] })] },
  });
  scenario('wrong', (claude) => void claude.onUser('Hi').says('Hi'), {
    tools,
    // @ts-expect-error the weeks are missing
    expect: { calls: [inAnyOrder(call('fetch_rows', { sku: 'A' }))] },
  });
  scenario('wrong', (claude) => void claude.onUser('Hi').says('Hi'), {
    tools,
    // @ts-expect-error a SKU is text, also where the rest is left out
    expect: { calls: call('fetch_rows', { sku: 1 }, { partial: true }) },
  });
});

test('tools without schemas take anything', () => {
  scenario('any', (claude) => void claude.onUser('Hi').calls('ask', { x: 1 }), {
    tools: { ask: { returns: 'yes' } },
    expect: { calls: [call('ask', { x: 1 })] },
  });
  scenario('any', (claude) => void claude.onUser('Hi').calls('ask', { x: 1 }));
});
