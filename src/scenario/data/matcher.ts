/**
 * What may stand for a value that is expected, in TypeScript: itself at any depth, or one of these. Text in a file has
 * none of them.
 */
export type Matcher = AsymmetricMatcher | StandardSchema | RegExp | Predicate;

/** What `expect.any(Number)`, `expect.objectContaining({})` and their like are, in Vitest and in Jest. */
export interface AsymmetricMatcher {
  asymmetricMatch(actual: unknown): boolean;
  toString(): string;
  toAsymmetricMatcher?(): string;
}

/** A schema of zod, Valibot, ArkType or another library that keeps to https://standardschema.dev. */
export interface StandardSchema {
  readonly '~standard': {
    readonly vendor: string;
    validate(value: unknown): SchemaResult | Promise<SchemaResult>;
    /** For the compiler alone. */
    readonly types?: { readonly input: unknown; readonly output: unknown } | undefined;
    /** The schema as JSON Schema, where the library can say it. */
    readonly jsonSchema?:
      | { input(options: { readonly target: 'draft-2020-12' }): Record<string, unknown> }
      | undefined;
  };
}

interface SchemaResult {
  readonly issues?: readonly SchemaIssue[] | undefined;
}

interface SchemaIssue {
  readonly message: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
}

/** Says whether a value will do. */
export type Predicate = (actual: unknown) => boolean;

/** Why a matcher rejects a value: what was expected, and where below the value. */
export interface Rejection {
  readonly expected: string;
  readonly path: readonly PropertyKey[];
}

export function isMatcher(value: unknown): value is Matcher {
  if (typeof value === 'function') return true;
  if (typeof value !== 'object' || value === null) return false;
  return value instanceof RegExp || 'asymmetricMatch' in value || '~standard' in value;
}

/** What a matcher has against a value; empty when it will do. Throws for a schema that answers only later. */
export function rejections(matcher: Matcher, actual: unknown): Rejection[] {
  if ('~standard' in matcher) return schemaRejections(matcher, actual);
  return accepts(matcher, actual) ? [] : [{ expected: describeMatcher(matcher), path: [] }];
}

/** A matcher in a few words: `/^A/`, `Any<Number>`, `isOpen(…)`, `a zod schema`. */
export function describeMatcher(matcher: Matcher): string {
  if (matcher instanceof RegExp) return String(matcher);
  if (typeof matcher === 'function') return matcher.name ? `${matcher.name}(…)` : 'a predicate';
  if ('~standard' in matcher) return `a ${matcher['~standard'].vendor} schema`;
  const name = matcher.toAsymmetricMatcher?.();
  if (name !== undefined) return name;
  const sample: unknown = 'sample' in matcher ? matcher.sample : undefined;
  return sample === undefined ? String(matcher) : `${String(matcher)}(${show(sample)})`;
}

function show(sample: unknown): string {
  return sample instanceof RegExp ? String(sample) : JSON.stringify(sample);
}

function accepts(matcher: AsymmetricMatcher | RegExp | Predicate, actual: unknown): boolean {
  if (typeof matcher === 'function') return matcher(actual);
  if (!(matcher instanceof RegExp)) return matcher.asymmetricMatch(actual);
  // A copy, so that a pattern with a position of its own (`g`, `y`) matches the same way every time.
  return typeof actual === 'string' && new RegExp(matcher).test(actual);
}

function schemaRejections(schema: StandardSchema, actual: unknown): Rejection[] {
  const result = schema['~standard'].validate(actual);
  if (result instanceof Promise) {
    throw new TypeError('A schema in an expectation has to check at once, not in a promise.');
  }
  return (result.issues ?? []).map(({ message, path = [] }) => ({
    expected: message,
    path: path.map((step) => (typeof step === 'object' ? step.key : step)),
  }));
}

/**
 * A value as it would cross the wire, matchers in it aside: what JSON drops cannot be a difference. Its type is that of
 * the value, as far as JSON has it. Throws when the value is not JSON.
 */
export function onTheWire<Value>(value: Value): Value;
export function onTheWire(value: unknown): unknown {
  if (isMatcher(value)) return value;
  if (typeof value !== 'object' || value === null || 'toJSON' in value) return jsonOf(value);
  if (Array.isArray(value)) return value.map((item: unknown) => onTheWire(item) ?? null);
  const copy = Object.entries(value).map(([key, item]) => [key, onTheWire(item)] as const);
  return Object.fromEntries(copy.filter(([, item]) => item !== undefined));
}

function jsonOf(value: unknown): unknown {
  const text: string | undefined = JSON.stringify(value);
  return text === undefined ? undefined : JSON.parse(text);
}
