// A table of figures with gates. Gates are ratios of what was measured in this run, on this machine, side by side.

/** @param {string} title */
export function createGates(title) {
  const rows = [];
  return {
    /** A row: `ratio` must be at least (or, with `atMost`, at most) `gate`. */
    add: (row) => rows.push(row),
    /** Prints the table and a summary, and returns how many gates do not hold. */
    report: () => {
      console.log(`\n${title}`);
      for (const { name, ours, rival, ratio, gate, atMost = false } of rows) {
        const holds = atMost ? ratio <= gate : ratio >= gate;
        const sign = atMost ? '≤' : '≥';
        const headroom = atMost ? gate / ratio : ratio / gate;
        console.log(
          `${holds ? 'ok  ' : 'FAIL'} ${name.padEnd(44)} ${ours.padStart(12)} ${rival.padStart(30)} ${`${number(ratio)}×`.padStart(9)} (gate ${sign} ${gate}×, headroom ${number(headroom)})`,
        );
      }
      const failed = rows.filter(({ ratio, gate, atMost }) =>
        atMost ? ratio > gate : ratio < gate,
      );
      console.log(`${title}: ${rows.length - failed.length} of ${rows.length} gates hold.`);
      return failed.length;
    },
  };
}

export function milliseconds(value) {
  return `${number(value)} ms`;
}

function number(value) {
  return value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2);
}

/** The middle of the samples: one slow run on a shared machine does not decide. */
export function median(samples) {
  return samples.toSorted((a, b) => a - b)[Math.floor(samples.length / 2)];
}

/** Milliseconds since some moment. */
export const wallTime = () => performance.now();

/** Milliseconds of work of all threads of this process: what others do on the machine does not count. */
export function cpuTime() {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** The median duration of `count` runs in milliseconds of `clock`. */
export async function batch(count, clock, action) {
  const samples = [];
  for (let n = 0; n < count; n++) {
    const start = clock();
    await action(n);
    samples.push(clock() - start);
  }
  return median(samples);
}

/**
 * Lets both sides measure themselves in turns, and takes the best of each: whatever else the machine does hits both, and
 * what it does not always do hits neither. Each side returns a figure, such as that of a `batch`.
 */
export async function sideBySide(rounds, ours, rival) {
  const best = { ours: Infinity, rival: Infinity };
  for (let round = 0; round < rounds; round++) {
    best.ours = Math.min(best.ours, await ours(round));
    best.rival = Math.min(best.rival, await rival(round));
  }
  return best;
}
