import type { Sandbox, SandboxContainer } from '../../src/protocol/sandbox.ts';
import { type Canned, createCannedSandbox } from '../support/canned-sandbox.ts';

/**
 * A canned sandbox that holds the machine to the terms of a real one: a container runs one cell at a time, and takes
 * answers to just the calls that wait. What breaks them would be a failure of the fake.
 */
export function createOrderlySandbox(cells: Readonly<Record<string, readonly Canned[]>>): Sandbox {
  const canned = createCannedSandbox(
    Object.fromEntries(Object.entries(cells).map(([code, backs]) => [code, [...backs]])),
  );
  return {
    createContainer: async (options) => orderly(await canned.createContainer(options)),
    dispose: () => canned.dispose(),
  };
}

function orderly(container: SandboxContainer): SandboxContainer {
  let waiting: string[] | undefined;
  return {
    id: container.id,
    async run(cell) {
      if (waiting) throw new Error('The container is busy: a cell waits for answers in it.');
      const outcome = await container.run(cell);
      waiting = outcome.state === 'paused' ? outcome.calls.map(({ key }) => key) : undefined;
      return outcome;
    },
    async resume(answers, at) {
      const keys = answers.map(({ key }) => key).toSorted();
      if (!waiting || String(keys) !== String(waiting.toSorted())) {
        throw new Error(`The container has no such calls to answer: ${String(keys)}.`);
      }
      const outcome = await container.resume(answers, at);
      waiting = outcome.state === 'paused' ? outcome.calls.map(({ key }) => key) : undefined;
      return outcome;
    },
    dispose: () => container.dispose(),
  };
}
