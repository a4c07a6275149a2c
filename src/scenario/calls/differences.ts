import microdiff from 'microdiff';
import { describeMatcher, isMatcher, type Matcher, rejections } from '../data/matcher.ts';
import { formatPath } from '../json-path.ts';

/** A place where a value is not the expected one. `expected` or `actual` is missing where there should be, or is, nothing. */
export interface Difference {
  /** JSON path, such as `$.rows[0].sku`. */
  readonly path: string;
  /** A value, or a `Description` of what would do. */
  readonly expected?: unknown;
  readonly actual?: unknown;
}

/** What was expected, in words, where it is not a value. */
export class Description {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  toJSON(): string {
    return this.text;
  }
}

export interface DifferencesOptions {
  /** Whether the actual value may have keys, at any depth, which the expected one has not. Default: false. */
  readonly partial?: boolean | undefined;
}

/**
 * Where two JSON values differ, by value: empty when they are equal. Numbers are equal when JSON writes them the same.
 * The expected value may have matchers in it, or be one.
 */
export function differences(
  expected: unknown,
  actual: unknown,
  { partial = false }: DifferencesOptions = {},
): Difference[] {
  const rejected: Difference[] = [];
  const settled = settle(expected, actual, { path: [], partial, rejected });
  const changes = microdiff({ root: settled }, { root: bare(actual) }, { cyclesFix: false });
  const found = changes.map((change) => ({
    path: formatPath(change.path.slice(1), '$'),
    ...(change.type !== 'CREATE' && { expected: change.oldValue }),
    ...(change.type !== 'REMOVE' && { actual: change.value }),
  }));
  return [...found, ...rejected];
}

interface Settling {
  readonly path: readonly PropertyKey[];
  readonly partial: boolean;
  /** What matchers have against the actual value. */
  readonly rejected: Difference[];
}

/** The expected value with matchers replaced by what they stand for, as a copy that inherits nothing. */
function settle(expected: unknown, actual: unknown, settling: Settling): unknown {
  if (isMatcher(expected)) return settleMatcher(expected, actual, settling);
  const { path, partial } = settling;
  const below = (key: PropertyKey, item: unknown): unknown =>
    settle(item, valueAt(actual, [key]), { ...settling, path: [...path, key] });
  if (Array.isArray(expected)) return expected.map((item, i) => below(i, item));
  if (typeof expected !== 'object' || expected === null) return bare(expected);
  const copy: Record<string, unknown> = Object.create(null);
  if (partial && isRecord(actual)) Object.assign(copy, bare(actual));
  for (const [key, item] of Object.entries(expected)) {
    const settled = below(key, item);
    // A matcher that takes nothing for an answer.
    if (settled === undefined) delete copy[key];
    else copy[key] = settled;
  }
  return copy;
}

function settleMatcher(matcher: Matcher, actual: unknown, { path, rejected }: Settling): unknown {
  const found = rejections(matcher, actual);
  // Where there is nothing at all, that is the difference.
  if (found.length > 0 && actual === undefined) return new Description(describeMatcher(matcher));
  for (const { expected, path: inner } of found) {
    const value = valueAt(actual, inner);
    rejected.push({
      path: formatPath([...path, ...inner], '$'),
      expected: new Description(expected),
      ...(value !== undefined && { actual: value }),
    });
  }
  return bare(actual);
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  let at = value;
  for (const key of path) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, key)) return undefined;
    at = Reflect.get(at, key);
  }
  return at;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
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
