/** The value in the middle. */
export function median(values) {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** A contender and what was measured of it, as one line. */
export function row(name, values, unit) {
  const [low, mid, high] = [Math.min(...values), median(values), Math.max(...values)].map(round);
  return `  ${name.padEnd(28)} ${String(mid).padStart(9)} ${unit}  (${low}–${high})`;
}

/** Gates of one run. Each is a ratio that has to reach a minimum; `headroom` is by how much it does. */
export function createGates() {
  const gates = [];
  return {
    check(what, ratio, minimum) {
      const ok = ratio >= minimum;
      gates.push(ok);
      const headroom = `headroom ${(ratio / minimum).toFixed(2)}×`;
      console.log(
        `  ${ok ? 'ok  ' : 'FAIL'} ${what}: ${ratio.toFixed(2)}×, at least ${minimum}×, ${headroom}\n`,
      );
    },
    get failed() {
      return gates.filter((ok) => !ok).length;
    },
    get count() {
      return gates.length;
    },
  };
}

function round(value) {
  return value >= 100 ? Math.round(value) : Number(value.toPrecision(3));
}
