import type { ContainerImage } from './container-image.ts';
import type { Load, Step } from './worker-protocol.ts';

/** All there is to a container: where it starts from, and what it has done since. */
export interface ContainerState {
  readonly base: Load;
  readonly log: readonly Step[];
}

/**
 * When a log is long, in steps or in virtual milliseconds, an image of the container is taken, so that running it again
 * never takes long. Taking one costs as much as a few dozen small cells.
 */
const MAX_LOG = 512;
const MAX_LOG_TIME = 20_000;

/** A container as the pool keeps it. Doing what it has done again, from where it started, gives the same container. */
export class Entry implements ContainerState {
  readonly name: string;
  base: Load;
  log: Step[];

  constructor(name: string, { base, log }: ContainerState) {
    this.name = name;
    this.base = base;
    this.log = [...log];
  }

  /** Goes on from an image. A step that runs was logged when it began, and comes after the image. */
  setImage(image: ContainerImage, isRunning: boolean): void {
    this.base = { kind: 'image', image };
    this.log = isRunning ? this.log.slice(-1) : [];
  }

  /** Whether an image is due. Virtual time passes where the CPU works: it says how long running the steps again takes. */
  isLong(now: number): boolean {
    const [first] = this.log;
    return first !== undefined && (this.log.length >= MAX_LOG || now - first.at >= MAX_LOG_TIME);
  }

  /** Forgets what the cell that failed has done: the container goes on from before it, or from its last image. */
  dropCell(): void {
    const start = this.log.findLastIndex(({ kind }) => kind !== 'resume');
    this.log.length = Math.max(0, start);
  }
}
