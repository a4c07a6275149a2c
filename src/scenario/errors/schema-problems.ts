import * as z from 'zod';
import { isRequired, knownKeys } from './known-keys.ts';
import { didYouMean, didYouMeanOneOf, nearest } from './nearest.ts';

type Path = readonly PropertyKey[];
type Issue = z.core.$ZodIssue;

/** One thing wrong with a value, in words, and where in it. */
export interface SchemaProblem {
  readonly path: Path;
  /** Whether the key at the end of the path is wrong, rather than its value. */
  readonly atKey?: boolean | undefined;
  /** Whether the value is something else where only text will do. */
  readonly wantsText?: boolean | undefined;
  /** Set when a key is missing: its name. */
  readonly missing?: string | undefined;
  /** Set when a key is unknown and close to a known one: that one. */
  readonly meant?: string | undefined;
  readonly message: string;
}

/** Says in one line each what a schema has against a value: what was expected, what came, the nearest known key. */
export function schemaProblems(
  error: z.ZodError,
  { schema, value }: { schema: z.core.$ZodType; value: unknown },
): SchemaProblem[] {
  const problems = error.issues.flatMap((issue) =>
    problemsOf(issue, issue.path, { schema, value }),
  );
  // A key that is there under a misspelt name is not missing as well.
  return problems.filter(
    ({ missing, path }) =>
      missing === undefined ||
      !problems.some(
        ({ meant, path: other }) =>
          meant === missing && JSON.stringify(other.slice(0, -1)) === JSON.stringify(path),
      ),
  );
}

interface Checked {
  readonly schema: z.core.$ZodType;
  readonly value: unknown;
}

function problemsOf(issue: Issue, path: Path, checked: Checked): SchemaProblem[] {
  switch (issue.code) {
    case 'invalid_type':
      return [typeProblem([issue.expected], path, checked)];
    case 'invalid_value':
      return [valueProblem(issue.values.map(String), path, checked)];
    case 'invalid_union':
      if (issue.errors.length === 0 && 'options' in issue) {
        return [valueProblem(z.array(z.string()).parse(issue.options), path, checked)];
      }
      return unionProblems(issue.errors, path, checked);
    case 'unrecognized_keys':
      return unknownKeys(issue.keys, path, checked);
    case 'invalid_key':
      return [{ path, atKey: true, message: issue.issues[0]?.message ?? issue.message }];
    case 'too_small':
      return [{ path, message: tooSmall(issue) }];
    default:
      return [{ path, message: issue.message }];
  }
}

/** None of the values that there are. */
function valueProblem(names: readonly string[], path: Path, { value }: Checked): SchemaProblem {
  const actual = valueAt(value, path);
  if (actual === undefined) return missing(path);
  const hint = typeof actual === 'string' ? didYouMean(actual, names) : '';
  return { path, message: `expected ${list(names.map(quote))}, got ${show(actual)}${hint}` };
}

function tooSmall({ origin, minimum }: z.core.$ZodIssueTooSmall): string {
  if (origin === 'string') return 'expected some text';
  return origin === 'array' ? 'expected at least one' : `expected at least ${minimum}`;
}

/** Speaks for the alternative the author most likely meant: the one with the fewest complaints. */
function unionProblems(branches: Issue[][], path: Path, checked: Checked): SchemaProblem[] {
  const actual = valueAt(checked.value, path);
  const wrongTypes = branches.map((issues) => typesExpected(issues, actual));
  const sameType = branches.filter((_, i) => wrongTypes[i]!.length === 0);
  if (sameType.length === 0) return [typeProblem(wrongTypes.flat(), path, checked)];

  // Whoever knows all the keys is meant, whatever is wrong below them.
  const likely = least(least(sameType, unknownKeyCount), complaints);
  const problems = likely[0]!.flatMap((issue) =>
    problemsOf(issue, [...path, ...issue.path], checked),
  );
  // None of the alternatives' own keys is there: name them all instead of the first one's.
  const absent = likely.map((issues) => absentKeys(issues, path, checked));
  if (!absent.every((keys) => keys.length > 0)) return problems;
  const unknown = problems.filter((problem) => problem.atKey);
  if (unknown.length > 0) return unknown;
  return [{ path, message: `expected ${list([...new Set(absent.flat())].map(quote))}` }];
}

function least(branches: readonly Issue[][], count: (issues: Issue[]) => number): Issue[][] {
  const fewest = Math.min(...branches.map(count));
  return branches.filter((issues) => count(issues) === fewest);
}

function unknownKeyCount(issues: readonly Issue[]): number {
  return issues.reduce(
    (sum, issue) =>
      issue.code === 'unrecognized_keys' && issue.path.length === 0 ? sum + issue.keys.length : sum,
    0,
  );
}

/** What type a value should have, when that is what is wrong with it. */
function typesExpected(issues: readonly Issue[], actual: unknown): string[] {
  return issues.flatMap((issue) => (issue.path.length === 0 ? expectedTypes(issue, actual) : []));
}

function expectedTypes(issue: Issue, actual: unknown): string[] {
  if (issue.code === 'invalid_type') return [issue.expected];
  if (issue.code === 'invalid_union') {
    const types = issue.errors.map((issues) => typesExpected(issues, actual));
    return types.every((each) => each.length > 0) ? types.flat() : [];
  }
  const types = issue.code === 'invalid_value' ? issue.values.map((value) => typeof value) : [];
  return types.every((type) => type !== typeof actual) ? types : [];
}

/** How many complaints there are; each unknown key is one. */
function complaints(issues: readonly Issue[]): number {
  return issues.reduce(
    (sum, issue) => sum + (issue.code === 'unrecognized_keys' ? issue.keys.length : 1),
    0,
  );
}

function absentKeys(issues: Issue[], path: Path, { value }: Checked): string[] {
  return issues.flatMap((issue) =>
    issue.path.length === 1 && valueAt(value, [...path, ...issue.path]) === undefined
      ? [String(issue.path[0])]
      : [],
  );
}

function unknownKeys(keys: readonly string[], path: Path, checked: Checked): SchemaProblem[] {
  const known = knownKeys(checked.schema, path);
  const present = Object.keys(Object(valueAt(checked.value, path)));
  // Known, but only in another alternative than the one their neighbours belong to.
  const strange = keys.filter((key) => known.includes(key));
  const others = present.filter((key) => !keys.includes(key) && known.includes(key));
  const misplaced = others.length > 0 ? strange : [];
  const [first] = misplaced;
  const unfit =
    first === undefined
      ? []
      : [
          {
            path: [...path, first],
            atKey: true,
            message: notTogether(misplaced, others, path, checked),
          },
        ];
  const unknown = keys
    .filter((key) => !misplaced.includes(key))
    .map((key) => ({
      path: [...path, key],
      atKey: true,
      meant: nearest(key, known),
      message: `unknown key ${quote(key)}${didYouMeanOneOf(key, known)}`,
    }));
  return [...unfit, ...unknown];
}

function notTogether(
  keys: readonly string[],
  others: readonly string[],
  path: Path,
  { schema }: Checked,
): string {
  const verb = keys.length === 1 ? 'does' : 'do';
  const isTwo =
    typeof path.at(-1) === 'number' && keys.some((key) => isRequired(schema, path, key));
  const hint = isTwo ? '; an item of its own begins with "- "' : '';
  return `${list(keys.map(quote), 'and')} ${verb} not go with ${list(others.map(quote), 'and')}${hint}`;
}

function typeProblem(expected: readonly string[], path: Path, { value }: Checked): SchemaProblem {
  const actual = valueAt(value, path);
  if (actual === undefined && path.length > 0) return missing(path);
  const words = [...new Set(expected.map((type) => TYPE_WORDS[type] ?? type))];
  return {
    path,
    // Or a map that stands for text.
    wantsText:
      expected.includes('string') &&
      expected.every((type) => type === 'string' || type === 'object'),
    message: `expected ${list(words)}, got ${show(actual)}`,
  };
}

function missing(path: Path): SchemaProblem {
  const key = String(path.at(-1));
  return { path: path.slice(0, -1), missing: key, message: `missing key "${key}"` };
}

const TYPE_WORDS: Record<string, string> = {
  string: 'text',
  number: 'a number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a map',
  record: 'a map',
};

function show(value: unknown): string {
  if (value === null || value === undefined) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a map';
  if (typeof value === 'function') return 'a function';
  if (typeof value === 'string') return `text ${quote(value)}`;
  return typeof value === 'number'
    ? `the number ${value}`
    : `the ${typeof value} ${JSON.stringify(value)}`;
}

function quote(text: string): string {
  const shown = text.length > 40 ? `${text.slice(0, 40)}…` : text;
  return JSON.stringify(shown);
}

function list(words: readonly string[], join = 'or'): string {
  if (words.length < 2) return words.join('');
  return `${words.slice(0, -1).join(', ')} ${join} ${words.at(-1)}`;
}

function valueAt(value: unknown, path: Path): unknown {
  let at = value;
  for (const key of path) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, key)) return undefined;
    at = Reflect.get(at, key);
  }
  return at;
}
