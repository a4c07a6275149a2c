/** What is under way in the fake and in what it can see of the client: time must not be moved past it. */
export interface Activity {
  readonly isBusy: boolean;
  /** How often something began or ended. */
  readonly changes: number;
  /** Something is under way until the work is done, except while `isWaiting` says that it waits for time to pass. */
  during<T>(work: () => Promise<T>, isWaiting?: () => boolean): Promise<T>;
}

export function createActivity(): Activity {
  const underWay = new Set<{ readonly isWaiting: () => boolean }>();
  let changes = 0;
  return {
    get isBusy() {
      return [...underWay].some(({ isWaiting }) => !isWaiting());
    },
    get changes() {
      return changes;
    },
    async during(work, isWaiting = () => false) {
      const entry = { isWaiting };
      underWay.add(entry);
      changes++;
      try {
        return await work();
      } finally {
        underWay.delete(entry);
        changes++;
      }
    },
  };
}
