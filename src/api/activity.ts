/** What is under way in the fake and in what it can see of the client: time must not be moved past it. */
export interface Activity {
  readonly isBusy: boolean;
  /** How often something began or ended. */
  readonly changes: number;
  /** Something begins that never waits for time. */
  begin(): void;
  /** That has ended. */
  end(): void;
  /** Resolves when nothing is under way but what may wait for time to pass. */
  settled(): Promise<void>;
  /** Something is under way until the work is done, except while `isWaiting` says that it waits for time to pass. */
  during<T>(work: () => Promise<T>, isWaiting: () => boolean): Promise<T>;
}

export function createActivity(): Activity {
  /** How much is under way that never waits for time. */
  let busy = 0;
  const others = new Set<() => boolean>();
  let changes = 0;
  let waiters: (() => void)[] = [];
  return {
    get isBusy() {
      return busy > 0 || [...others].some((isWaiting) => !isWaiting());
    },
    get changes() {
      return changes;
    },
    begin() {
      changes++;
      busy++;
    },
    end() {
      changes++;
      busy--;
      if (busy > 0) return;
      for (const resolve of waiters) resolve();
      waiters = [];
    },
    async settled() {
      if (busy === 0) return;
      await new Promise<void>((resolve) => {
        waiters.push(resolve);
      });
    },
    async during(work, isWaiting) {
      changes++;
      others.add(isWaiting);
      try {
        return await work();
      } finally {
        changes++;
        others.delete(isWaiting);
      }
    },
  };
}
