// A table of figures with gates. Gates are ratios of what was measured in this run, on this machine, side by side.

/** So many that the engine has compiled everything on the way, on both sides. */
export const EMPTY_CELLS = 4000;
/** A long row, for the difference to be seen is a few per cent. */
export const LOOPS = 15;

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
          `${holds ? 'ok  ' : 'FAIL'} ${name.padEnd(44)} ${ours.padStart(12)} ${rival.padStart(24)} ${`${number(ratio)}×`.padStart(9)} (gate ${sign} ${gate}×, headroom ${number(headroom)})`,
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

export async function timed(action) {
  const start = performance.now();
  await action();
  return performance.now() - start;
}

/** The median duration of `count` runs in milliseconds; of five batches, the best. */
export async function sample(count, action) {
  const batch = Math.max(1, Math.floor(count / 5));
  const medians = [];
  for (let at = 0; at < count; at += batch) {
    const samples = [];
    for (let n = at; n < Math.min(count, at + batch); n++)
      samples.push(await timed(() => action(n)));
    medians.push(median(samples));
  }
  return Math.min(...medians);
}
