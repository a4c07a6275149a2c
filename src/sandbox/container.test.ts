import { expect, test } from 'vitest';
import { createContainer } from './container.ts';
import { withDefaults } from './limits.ts';

test('a cell whose folder for files cannot be made leaves the container free for the next', async () => {
  const container = createContainer(
    'a',
    {
      step: () => Promise.reject(new Error('The worker died.')),
      capture: () => Promise.reject(new Error('not asked for')),
      remove: () => Promise.resolve(),
    },
    {
      seed: 'seed',
      limits: withDefaults(),
      shell: () => Promise.reject(new Error('not asked for')),
      startProcess: () => expect.unreachable(),
      version: () => Promise.resolve(''),
      create: () => expect.unreachable(),
      onDispose: () => {},
    },
  );
  const cell = { code: '', tools: [], at: 0, outputs: true };
  for (const id of ['first', 'second']) {
    await expect(container.run({ ...cell, id })).rejects.toThrow('The worker died.');
  }
});
