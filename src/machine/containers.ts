import { ApiError } from '../protocol/errors.ts';
import type { Fidelity } from '../protocol/fidelity.ts';
import type { Container } from '../protocol/message.ts';
import type { RuleId } from '../protocol/requirements.ts';
import type { Sandbox, SandboxContainer } from '../protocol/sandbox.ts';
import type { VirtualClock } from '../transcript/clock.ts';
import { refusal } from './checks/check.ts';

/** How long a container says it lives, in milliseconds from the response: shorter while a cell waits for calls. */
const LIFETIME = { paused: 300_000, idle: 3_600_000 };
/** How long after its creation a container can be used again. */
const REUSE = 30 * 24 * 3_600_000;

/** The containers of one session. */
export interface SessionContainers {
  /**
   * The container a request names, or undefined when it was replaced and the next cell gets a new one. Throws an `ApiError`
   * when the session has none of that id, or it is too old.
   */
  find(id: string): SandboxContainer | undefined;
  create(id: string): Promise<SandboxContainer>;
  /** Ends a container: it is unknown from now on. */
  end(id: string): Promise<void>;
  /**
   * Takes a container away behind the client's back. `expired`: a request that names it is refused, and only the first
   * one is forgiven. `replaced`: the session goes on in a new one.
   */
  lose(id: string, as: 'expired' | 'replaced'): Promise<void>;
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
    ignoredRules,
  }: {
    readonly epoch: number;
    readonly clock: VirtualClock;
    readonly fidelity: Fidelity;
    /** Rules that are not enforced. */
    readonly ignoredRules: ReadonlySet<string>;
  },
): SessionContainers {
  const containers = new Map<string, { container: SandboxContainer; created: number }>();
  /** Containers that were taken away, and whether the client could know. */
  const lost = new Map<string, 'unknown' | 'known' | 'replaced'>();

  function expired(id: string): ApiError {
    return refusal(
      'container.expired',
      {
        path: 'container',
        reason: `Container ${id} has expired.`,
        fix: 'Leave `container` out to get a new one; its variables and files are gone.',
      },
      fidelity.expiredContainer,
    );
  }

  async function end(id: string): Promise<void> {
    const ended = containers.get(id);
    containers.delete(id);
    await ended?.container.dispose();
  }

  return {
    find(id) {
      const state = lost.get(id);
      if (state === 'replaced') return undefined;
      if (state && ignoredRules.has('container.expired' satisfies RuleId)) return undefined;
      if (state === 'unknown') {
        lost.set(id, 'known');
        const { type, message } = expired(id);
        throw new ApiError(type, message);
      }
      if (state === 'known') throw expired(id);
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
      throw expired(id);
    },
    async create(id) {
      const container = await sandbox.createContainer({ id, seed: id, epoch });
      containers.set(id, { container, created: clock.now });
      // Whoever goes on with a replaced container has not read which one came instead.
      for (const [old, state] of lost) if (state === 'replaced') lost.set(old, 'known');
      return container;
    },
    end,
    async lose(id, as) {
      if (!containers.has(id)) return;
      lost.set(id, as === 'expired' ? 'unknown' : 'replaced');
      await end(id);
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
