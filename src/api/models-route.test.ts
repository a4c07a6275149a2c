import type Anthropic from '@anthropic-ai/sdk';
import { expect, test } from 'vitest';
import { fake } from '../../test/support/conversation.ts';
import { type FakeApi } from './create-fake-api.ts';
import { listModels } from './model-catalogue.ts';

async function get(api: FakeApi, path: string): Promise<{ status: number; body: any }> {
  const response = await api.fetch(`https://api.anthropic.com${path}`);
  return { status: response.status, body: await response.json() };
}

const idsOf = ({ body }: { body: any }) => body.data.map(({ id }: { id: string }) => id);

test('models are what the SDK expects them to be', () => {
  const models = listModels(undefined);
  const typed: Omit<Anthropic.ModelInfo, 'line'>[] = models;
  expect(typed.length).toBeGreaterThan(0);
});

test('the list is a page with its ends', async () => {
  const { api } = fake([]);
  const { body } = await get(api, '/v1/models?limit=1000');
  expect(body).toMatchObject({
    has_more: false,
    first_id: body.data[0].id,
    last_id: body.data.at(-1).id,
  });
  expect(body.data).toHaveLength(listModels(undefined).length);
});

test('code execution that calls tools is told from plain code execution', async () => {
  const { api } = fake([]);
  const capabilities = async (id: string) => {
    const { code_execution, server_tools } = (await get(api, `/v1/models/${id}`)).body.capabilities;
    return [code_execution.supported, server_tools.code_execution.supported];
  };
  expect(await capabilities('claude-opus-4-7')).toEqual([true, true]);
  expect(await capabilities('claude-haiku-4-5-20251001')).toEqual([false, true]);
  expect(await capabilities('claude-opus-4-1-20250805')).toEqual([false, true]);
});

test('a model is found without its date too', async () => {
  const { api } = fake([]);
  expect((await get(api, '/v1/models/claude-haiku-4-5')).body).toMatchObject({
    id: 'claude-haiku-4-5-20251001',
    display_name: 'Claude Haiku 4.5',
    type: 'model',
  });
});

test('a model that does not exist is a 404 [model.unknown]', async () => {
  const { api } = fake([]);
  const { status, body } = await get(api, '/v1/models/claude-9');
  expect([status, body.error]).toEqual([
    404,
    { type: 'not_found_error', message: 'model: claude-9' },
  ]);
});

test('a fake that has models lists just those, its own among them', async () => {
  const { api } = fake([], {}, { models: ['mine', 'claude-opus-4-7'] });
  expect(idsOf(await get(api, '/s/key/v1/models'))).toEqual(['mine', 'claude-opus-4-7']);
  expect((await get(api, '/v1/models/mine')).body).toMatchObject({ display_name: 'mine' });
  expect((await get(api, '/v1/models/claude-opus-4-6')).status).toBe(404);
});

test('pages go on after a model, and back before one', async () => {
  const { api } = fake([], {}, { models: ['a', 'b', 'c', 'd'] });
  const after = await get(api, '/v1/models?limit=2&after_id=a');
  expect([idsOf(after), after.body.has_more]).toEqual([['b', 'c'], true]);
  const before = await get(api, '/v1/models?limit=2&before_id=d');
  expect([idsOf(before), before.body.has_more]).toEqual([['b', 'c'], true]);
  expect((await get(api, '/v1/models?limit=0')).status).toBe(400);
});
