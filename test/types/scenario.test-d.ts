/** With schemas for its tools, what a scenario says of them is checked by the compiler alone. */
import { betaZodTool } from '@anthropic-ai/sdk/helpers/beta/zod';
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

test('tools that do their work themselves say what they take', () => {
  const price = betaZodTool({
    name: 'price',
    description: 'Price of a SKU',
    inputSchema: z.object({ sku: z.string() }),
    run: ({ sku }) => `$${sku}`,
  });
  const named = {
    name: 'units' as const,
    input_schema: { type: 'object' as const },
    run: ({ sku }: { sku: string }) => sku.length,
  };
  scenario(
    'by name',
    (claude) => {
      claude.onUser('Hi').calls('price', { sku: 'A' });
      // @ts-expect-error a SKU is text
      claude.onUser('Hi').calls('price', { sku: 1 });
      // @ts-expect-error there is no such tool
      claude.onUser('Hi').calls('prise', { sku: 'A' });
    },
    { tools: { price }, expect: { calls: [call('price', { sku: /^A/ })] } },
  );
  scenario('by name', (claude) => void claude.onUser('Hi').says('Hi'), {
    tools: { price },
    // @ts-expect-error the SKU is missing
    expect: { calls: [call('price', {})] },
  });
  scenario(
    'in a list, names that their types say',
    (claude) => {
      claude.onUser('Hi').calls('units', { sku: 'A' });
      // @ts-expect-error there is no such tool
      claude.onUser('Hi').calls('unit', { sku: 'A' });
    },
    { tools: [named] },
  );
  scenario('in a list, others', (claude) => void claude.onUser('Hi').calls('price', { sku: 'A' }), {
    tools: [price],
  });
});
