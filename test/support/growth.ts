const TRIES = 3;

/**
 * How many times as long `run` takes with four times as much: 4 for what is linear, 16 for what is quadratic.
 *
 * It is processor time, and the least of some tries that take turns, so that a busy machine says the same.
 */
export function growth(run: (size: number) => void, size: number): number {
  let [little, much] = [Infinity, Infinity];
  for (let n = 0; n < TRIES; n++) {
    little = Math.min(
      little,
      processorTime(() => run(size)),
    );
    much = Math.min(
      much,
      processorTime(() => run(4 * size)),
    );
  }
  return much / little;
}

function processorTime(run: () => void): number {
  const start = process.cpuUsage();
  run();
  const { user, system } = process.cpuUsage(start);
  return user + system;
}
