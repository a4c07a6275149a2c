import * as z from 'zod';

/** Milliseconds in each unit, from the longest to the shortest: the order in which they are written. */
const UNITS = { h: 3_600_000, m: 60_000, s: 1000, ms: 1 } as const;

const DURATION = /^(?:(?<h>\d+)h)?(?:(?<m>\d+)m(?!s))?(?:(?<s>\d+(?:\.\d+)?)s)?(?:(?<ms>\d+)ms)?$/;

/** A duration such as `4m30s`, `1.5s` or `250ms` in milliseconds; undefined when the text is none. */
function parseDuration(text: string): number | undefined {
  const parts = Object.entries(DURATION.exec(text)?.groups ?? {});
  const given = parts.filter(([, amount]) => amount !== undefined);
  if (given.length === 0) return undefined;
  return given.reduce(
    (sum, [unit, amount]) => sum + Math.round(Number(amount) * milliseconds(unit)),
    0,
  );
}

/** Whole milliseconds as one writes them: 270000 is `4m30s`. Fractions stay a number. */
export function formatDuration(ms: number): string | number {
  if (!Number.isSafeInteger(ms) || ms === 0) return ms;
  let rest = ms;
  let text = '';
  for (const [unit, length] of Object.entries(UNITS)) {
    const amount = Math.floor(rest / length);
    rest -= amount * length;
    if (amount > 0) text += `${amount}${unit}`;
  }
  return text;
}

function milliseconds(unit: string): number {
  return Object.entries(UNITS).find(([name]) => name === unit)?.[1] ?? 0;
}

/** Milliseconds: a number, or a duration such as `4m30s`. */
export const Duration = z
  .union([z.number().nonnegative(), z.string()])
  .transform((value, context) => {
    const ms = typeof value === 'number' ? value : parseDuration(value);
    if (ms !== undefined) return ms;
    context.addIssue({
      code: 'custom',
      message: `expected a duration such as 4m30s, got ${JSON.stringify(value)}`,
    });
    return z.NEVER;
  });
