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

export interface SessionContainersOptions {
  readonly sandbox: Sandbox;
  readonly epoch: number;
  readonly clock: VirtualClock;
  readonly fidelity: Fidelity;
  /** Rules that are not enforced. */
  readonly ignoredRules: ReadonlySet<string>;
}

/** The containers of one session. */
export class SessionContainers {
  readonly #options: SessionContainersOptions;
  readonly #containers = new Map<string, { container: SandboxContainer; created: number }>();
  /** Containers that were taken away, and whether the client could know. */
  readonly #lost = new Map<string, 'unknown' | 'known' | 'replaced'>();

  constructor(options: SessionContainersOptions) {
    this.#options = options;
  }

  /**
   * The container a request names, or undefined when it was replaced and the next cell gets a new one. Throws an `ApiError`
   * when the session has none of that id, or it is too old.
   */
  find(id: string): SandboxContainer | undefined {
    const { clock, fidelity, ignoredRules } = this.#options;
    const state = this.#lost.get(id);
    if (state === 'replaced') return undefined;
    if (state && ignoredRules.has('container.expired' satisfies RuleId)) return undefined;
    if (state === 'unknown') {
      this.#lost.set(id, 'known');
      const { type, message } = this.#expired(id);
      throw new ApiError(type, message);
    }
    if (state === 'known') throw this.#expired(id);
    const found = this.#containers.get(id);
    if (!found) throw unknownContainer(id, fidelity);
    if (clock.now - found.created <= REUSE) return found.container;
    throw this.#expired(id);
  }

  async create(id: string): Promise<SandboxContainer> {
    const { sandbox, epoch, clock } = this.#options;
    const container = await sandbox.createContainer({ id, seed: id, epoch });
    this.#containers.set(id, { container, created: clock.now });
    // Whoever goes on with a replaced container has not read which one came instead.
    for (const [old, state] of this.#lost) if (state === 'replaced') this.#lost.set(old, 'known');
    return container;
  }

  /** Ends a container: it is unknown from now on. */
  async end(id: string): Promise<void> {
    const ended = this.#containers.get(id);
    this.#containers.delete(id);
    await ended?.container.dispose();
  }

  /**
   * Takes a container away behind the client's back. `expired`: a request that names it is refused, and only the first
   * one is forgiven. `replaced`: the session goes on in a new one.
   */
  async lose(id: string, as: 'expired' | 'replaced'): Promise<void> {
    if (!this.#containers.has(id)) return;
    this.#lost.set(id, as === 'expired' ? 'unknown' : 'replaced');
    await this.end(id);
  }

  /** The container as a response shows it. */
  describe({ id }: SandboxContainer, state: keyof typeof LIFETIME): Container {
    const { clock } = this.#options;
    return { id, expires_at: clock.timestamp(clock.now + LIFETIME[state]) };
  }

  async dispose(): Promise<void> {
    const all = [...this.#containers.values()];
    this.#containers.clear();
    await Promise.all(all.map(({ container }) => container.dispose()));
  }

  #expired(id: string): ApiError {
    return refusal(
      'container.expired',
      {
        path: 'container',
        reason: `Container ${id} has expired.`,
        fix: 'Leave `container` out to get a new one; its variables and files are gone.',
      },
      this.#options.fidelity.expiredContainer,
    );
  }
}

function unknownContainer(id: string, fidelity: Fidelity): ApiError {
  return refusal(
    'container.unknown',
    {
      path: 'container',
      reason: `No container with id ${id} was found.`,
      fix: 'Send the `container.id` of a response of this conversation, or leave `container` out to get a new one.',
    },
    fidelity.unknownContainer,
  );
}
