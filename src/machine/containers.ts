import { ApiError } from '../protocol/errors.ts';
import type { Container } from '../protocol/message.ts';
import type { Sandbox, SandboxContainer } from '../protocol/sandbox.ts';
import type { VirtualClock } from '../transcript/clock.ts';

/** How long a container says it lives, in milliseconds from the response: shorter while a cell waits for calls. */
const LIFETIME = { paused: 300_000, idle: 3_600_000 };

/** The containers of one session. */
export interface SessionContainers {
  /** The container a request names. Throws an `ApiError` when the session has none of that id. */
  find(id: string): SandboxContainer;
  has(id: string): boolean;
  create(id: string): Promise<SandboxContainer>;
  /** The container as a response shows it. */
  describe(container: SandboxContainer, state: keyof typeof LIFETIME): Container;
  dispose(): Promise<void>;
}

export function createSessionContainers(
  sandbox: Sandbox,
  options: { readonly epoch: number; readonly clock: VirtualClock },
): SessionContainers {
  const containers = new Map<string, SandboxContainer>();
  const { clock, epoch } = options;
  return {
    has: (id) => containers.has(id),
    find(id) {
      const container = containers.get(id);
      if (!container) throw unknownContainer(id);
      return container;
    },
    async create(id) {
      const container = await sandbox.createContainer({ id, seed: id, epoch });
      containers.set(id, container);
      return container;
    },
    describe: ({ id }, state) => ({
      id,
      expires_at: clock.timestamp(clock.now + LIFETIME[state]),
    }),
    async dispose() {
      await Promise.all([...containers.values()].map((container) => container.dispose()));
      containers.clear();
    },
  };
}

function unknownContainer(id: string): ApiError {
  return new ApiError('invalid_request_error', `container: No container with id ${id} was found.`, {
    rule: 'container.unknown',
    path: 'container',
    fix: 'Send the `container.id` of a response of this conversation, or leave `container` out to get a new one.',
  });
}
