import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { expect, test } from 'vitest';

const MODULE = new URL('../../dist/sandbox/close-realm.js', import.meta.url).href;

/** What `expression` gives in a worker whose realm was closed, or the name of the error. */
async function inClosedRealm(expression: string): Promise<unknown> {
  const worker = new Worker(
    `const { parentPort } = require('node:worker_threads');
    import(${JSON.stringify(MODULE)}).then(({ closeRealm }) => {
      closeRealm();
      try {
        parentPort.postMessage(${expression});
      } catch (error) {
        parentPort.postMessage(error.name);
      }
    });`,
    { eval: true },
  );
  const [result] = await once(worker, 'message');
  await worker.terminate();
  return result;
}

test('nothing of Node is left among the globals', async () => {
  expect(
    await inClosedRealm(
      `['require', 'fetch', 'Buffer', 'setTimeout', 'structuredClone', 'MessageChannel', 'navigator', 'global', 'URL']
        .filter((name) => name in globalThis)`,
    ),
  ).toEqual([]);
});

test('process is an empty object', async () => {
  expect(await inClosedRealm('Reflect.ownKeys(globalThis.process).length')).toBe(0);
  expect(await inClosedRealm('String(Object.getPrototypeOf(globalThis.process))')).toBe('null');
});

test.each([
  'eval("1")',
  '(0, eval)("1")',
  'new Function("1")',
  '(() => {}).constructor("1")',
  '(async () => {}).constructor("1")',
  '(function* () {}).constructor("1")',
  '(async function* () {}).constructor("1")',
  'Reflect.construct(Object.getPrototypeOf(class {}).constructor, ["1"])',
])('code cannot be made from text: %s', async (expression) => {
  expect(await inClosedRealm(expression)).toBe('EvalError');
});

test('functions are still functions', async () => {
  expect(await inClosedRealm('(() => {}) instanceof Function')).toBe(true);
});
