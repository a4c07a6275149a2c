import type { Fidelity } from '../protocol/fidelity.ts';
import type { Container } from '../protocol/message.ts';
import type { Sandbox, SandboxContainer } from '../protocol/sandbox.ts';
import type { VirtualClock } from '../transcript/clock.ts';
import { refusal } from './checks/check.ts';

/** How long a container says it lives, in milliseconds from the response: shorter while a cell waits for calls. */
const LIFETIME = { paused: 300_000, idle: 3_600_000 };
/** How long after its creation a container can be used again. */
const REUSE = 30 * 24 * 3_600_000;

/** The containers of one session. */
export interface SessionContainers {
  /** The container a request names. Throws an `ApiError` when the session has none of that id, or it is too old. */
  find(id: string): SandboxContainer;
  create(id: string): Promise<SandboxContainer>;
  /** Ends a container: it is unknown from now on. */
  end(id: string): Promise<void>;
  /** The container as a response shows it. */
  describe(container: SandboxContainer, state: keyof typeof LIFETIME): Container;
  dispose(): Promise<void>;
}

export function createSessionContainers(
  sandbox: Sandbox,
  {
    epoch,
    clock,
    fidelity,
  }: { readonly epoch: number; readonly clock: VirtualClock; readonly fidelity: Fidelity },
): SessionContainers {
  const containers = new Map<string, { container: SandboxContainer; created: number }>();
  return {
    find(id) {
      const found = containers.get(id);
      if (!found) {
        throw refusal(
          'container.unknown',
          {
            path: 'container',
            reason: `No container with id ${id} was found.`,
            fix: 'Send the `container.id` of a response of this conversation, or leave `container` out to get a new one.',
          },
          fidelity.unknownContainer,
        );
      }
      if (clock.now - found.created <= REUSE) return found.container;
      throw refusal(
        'container.expired',
        {
          path: 'container',
          reason: `Container ${id} has expired.`,
          fix: 'Leave `container` out to get a new one; its variables and files are gone.',
        },
        fidelity.expiredContainer,
      );
    },
    async create(id) {
      const container = await sandbox.createContainer({ id, seed: id, epoch });
      containers.set(id, { container, created: clock.now });
      return container;
    },
    async end(id) {
      const ended = containers.get(id);
      containers.delete(id);
      await ended?.container.dispose();
    },
    describe: ({ id }, state) => ({
      id,
      expires_at: clock.timestamp(clock.now + LIFETIME[state]),
    }),
    async dispose() {
      const all = [...containers.values()];
      containers.clear();
      await Promise.all(all.map(({ container }) => container.dispose()));
    },
  };
}
