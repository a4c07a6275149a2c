import microdiff from 'microdiff';
import { formatPath } from '../json-path.ts';

/** A place where a value is not the expected one. `expected` or `actual` is missing where there should be, or is, nothing. */
export interface Difference {
  /** JSON path, such as `$.rows[0].sku`. */
  readonly path: string;
  readonly expected?: unknown;
  readonly actual?: unknown;
}

/** Where two JSON objects differ, by value: empty when they are equal. Numbers are equal when JSON writes them the same. */
export function differences(
  expected: Readonly<Record<string, unknown>>,
  actual: Readonly<Record<string, unknown>>,
): Difference[] {
  return microdiff({ root: bare(expected) }, { root: bare(actual) }, { cyclesFix: false }).map(
    (change) => ({
      path: formatPath(change.path.slice(1), '$'),
      ...(change.type !== 'CREATE' && { expected: change.oldValue }),
      ...(change.type !== 'REMOVE' && { actual: change.value }),
    }),
  );
}

/** A copy that inherits nothing, so that a key such as `toString` is there only when the data has it. */
function bare(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(bare);
  if (Object.is(value, -0)) return 0;
  if (typeof value !== 'object' || value === null) return value;
  const copy: Record<string, unknown> = Object.create(null);
  for (const [key, item] of Object.entries(value)) copy[key] = bare(item);
  return copy;
}
