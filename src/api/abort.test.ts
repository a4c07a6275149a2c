import { expect, test } from 'vitest';
import { fake, MESSAGES_URL, says, send, tools, user } from '../../test/support/conversation.ts';
import { createListScript } from '../../test/support/list-script.ts';
import type { CellOutcome, Sandbox } from '../protocol/sandbox.ts';
import { createFakeApi } from './create-fake-api.ts';

const body = { model: 'm', max_tokens: 1, tools, messages: [user('Hi')] };

/** A sandbox whose one cell ends when the test says so. */
function slowSandbox() {
  const { promise, resolve } = deferred<CellOutcome>();
  const started = deferred<void>();
  const sandbox: Sandbox = {
    createContainer: async ({ id }) => ({
      id,
      run: () => {
        started.resolve();
        return promise;
      },
      resume: () => promise,
      dispose: async () => {},
    }),
    dispose: async () => {},
  };
  const finish = () =>
    resolve({ state: 'finished', stdout: 'x', stderr: '', return_code: 0, at: 1 });
  return { sandbox, started: started.promise, finish };
}

function deferred<T>() {
  let resolve!: (value: T) => void;
  const promise = new Promise<T>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}

test('a request that is aborted in the middle of a cell rejects, and a retry gets what the cell came to', async () => {
  const { sandbox, started, finish } = slowSandbox();
  const script = createListScript([{ type: 'code_execution', code: 'a' }, says('Done.')]);
  const api = createFakeApi({ script, sandbox });
  const controller = new AbortController();
  const init = { method: 'POST', body: JSON.stringify(body) };
  const first = api.fetch(MESSAGES_URL, { ...init, signal: controller.signal });
  await started;
  controller.abort();
  await expect(first).rejects.toMatchObject({ name: 'AbortError' });
  const headers = { 'x-stainless-retry-count': '1' };
  const retry = send(api, { messages: [user('Hi')], model: 'm', max_tokens: 1 }, { headers });
  finish();
  expect((await retry).body.content[1].content.stdout).toBe('x');
  const cells = api.transcript.events.filter(({ type }) => type === 'cell.started');
  expect(cells).toHaveLength(1);
});

test('a request whose signal is aborted already reaches nobody', async () => {
  const { api } = fake([[says('Hello.')]]);
  const init = { method: 'POST', body: JSON.stringify(body), signal: AbortSignal.abort() };
  await expect(api.fetch(MESSAGES_URL, init)).rejects.toMatchObject({ name: 'AbortError' });
  expect(api.transcript.events).toEqual([]);
});

test('an abort in the middle of a stream breaks the stream off, and a retry gets the same response', async () => {
  const { api } = fake([[says('Hello, and so on.')]]);
  const controller = new AbortController();
  const init = { method: 'POST', body: JSON.stringify({ ...body, stream: true }) };
  const response = await api.fetch(MESSAGES_URL, { ...init, signal: controller.signal });
  const reader = response.body!.getReader();
  const { value } = await reader.read();
  controller.abort();
  await expect(reader.read()).rejects.toMatchObject({ name: 'AbortError' });
  const again = await (await api.fetch(MESSAGES_URL, init)).text();
  expect(again.startsWith(new TextDecoder().decode(value))).toBe(true);
});
