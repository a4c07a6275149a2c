import { BUILT_IN_PATTERNS, placeholder, placeholdersIn, type Patterns } from './patterns.ts';
import type { Place } from './strings-in.ts';
import { percentDecoded, unescaped, type Span, type View } from './view.ts';

/** What is a secret, beside what looks like one. */
export interface RedactionOptions {
  /** Secrets by their value, such as a password of the test system. */
  readonly secrets?: readonly string[] | undefined;
  /** More patterns, by a name in small letters; `false` turns a built-in one off. */
  readonly patterns?: Readonly<Record<string, RegExp | false>> | undefined;
}

/** Knows secrets, and the placeholder of each. */
export interface Secrets {
  readonly literals: ReadonlySet<string>;
  readonly patterns: Patterns;
  /** Takes note of one more secret. */
  add(secret: string): void;
  /** Takes note of the placeholders in a text, so that no other secret gets one of them. */
  reserve(text: string): void;
  /** What stands in a secret's place: the same for the same secret, another for every other. */
  placeholderOf(secret: string, name: string): string;
}

const PATTERN_NAME = /^[a-z][a-z0-9-]*$/;

export function createSecrets({ secrets = [], patterns = {} }: RedactionOptions = {}): Secrets {
  const literals = new Set(secrets.filter((secret) => secret !== ''));
  const used: Record<string, RegExp> = {};
  for (const [name, pattern] of Object.entries({ ...BUILT_IN_PATTERNS, ...patterns })) {
    if (!PATTERN_NAME.test(name)) {
      throw new RangeError(`A pattern's name is small letters, digits and hyphens, not "${name}".`);
    }
    if (pattern) used[name] = new RegExp(pattern, [...new Set(`${pattern.flags}g`)].join(''));
  }
  const placeholders = new Map<string, string>();
  const reserved = new Set<string>();
  const counts = new Map<string, number>();
  return {
    literals,
    patterns: used,
    add: (secret) => literals.add(secret),
    reserve(text) {
      for (const [start, end] of placeholdersIn(text)) reserved.add(text.slice(start, end));
    },
    placeholderOf(secret, name) {
      const known = placeholders.get(secret);
      if (known !== undefined) return known;
      let count = counts.get(name) ?? 0;
      let made: string;
      do made = placeholder(name, ++count);
      while (reserved.has(made));
      counts.set(name, count);
      placeholders.set(secret, made);
      return made;
    },
  };
}

/** A piece of the source that is replaced. */
export interface Replacement {
  readonly start: number;
  readonly end: number;
  readonly by: string;
}

/** A secret, and where in the source it stands. */
interface Match {
  readonly spans: readonly Span[];
  readonly secret: string;
  readonly name: string;
  readonly quote: string;
  /** The higher, the surer that it is all of the secret and nothing else. */
  readonly weight: number;
}

/** A text may be quoted in a text that is quoted in a text; deeper than this nobody goes. */
const MAX_ESCAPES = 8;
/** What remains of a registered secret at a cut is one from this length on. */
const SHOWN_OF_SECRET = 4;
const LITERAL = 1000;

/** What is to be replaced in a source so that none of its places shows a secret: in order, without overlaps. */
export function findSecrets(
  source: string,
  places: readonly Place[],
  secrets: Secrets,
  { isCut = false }: { readonly isCut?: boolean } = {},
): Replacement[] {
  secrets.reserve(source);
  return matchSecrets(places, secrets, isCut)
    .flatMap(({ spans, secret, name, quote }) => {
      const by = `${quote}${secrets.placeholderOf(secret, name)}${quote}`;
      return spans.map(([start, end], i) => ({ start, end, by: i === 0 ? by : '' }));
    })
    .toSorted((a, b) => a.start - b.start);
}

/** The secrets that places show, the surest of those that overlap, in the order in which they begin. */
export function matchSecrets(
  places: readonly Place[],
  secrets: Secrets,
  isCut = false,
): readonly Match[] {
  const matches = places.flatMap((place) => matchesIn(place, secrets, isCut));
  const ends = matches.map(({ spans }) => spans.at(-1)![1]);
  /** Which characters of the source are a secret's already. */
  const taken = new Uint8Array(ends.reduce((most, end) => Math.max(most, end), 0));
  const surest = matches
    .toSorted((a, b) => b.weight - a.weight)
    .filter(({ spans }) => {
      if (spans.some(([start, end]) => taken.subarray(start, end).includes(1))) return false;
      for (const [start, end] of spans) taken.fill(1, start, end);
      return true;
    });
  return surest.toSorted((a, b) => a.spans[0]![0] - b.spans[0]![0]);
}

function matchesIn({ view, quote = '' }: Place, secrets: Secrets, isCut: boolean): Match[] {
  const matches: Match[] = [];
  let level = view;
  for (let depth = 0; depth < MAX_ESCAPES; depth++) {
    const url = percentDecoded(level);
    for (const read of url === level ? [level] : [level, url]) {
      const isPlaceholder = createOverlap(placeholdersIn(read.text));
      const add = (start: number, end: number, name: string, weight: number): void => {
        if (start === end || isPlaceholder(start, end)) return;
        const secret = read.text.slice(start, end);
        matches.push({ spans: joined(read.spansOf(start, end)), secret, name, quote, weight });
      };
      matchLiterals(read, secrets, isCut, add, depth);
      if (quote === '') matchPatterns(read, secrets, add, depth);
    }
    const next: View = unescaped(level);
    if (next === level) break;
    level = next;
  }
  return matches;
}

type Add = (start: number, end: number, name: string, weight: number) => void;

function matchLiterals(
  { text }: View,
  { literals }: Secrets,
  isCut: boolean,
  add: Add,
  depth: number,
): void {
  for (const literal of literals) {
    for (let at = text.indexOf(literal); at !== -1; at = text.indexOf(literal, at + 1)) {
      add(at, at + literal.length, 'secret', LITERAL + literal.length);
    }
    const shown = isCut ? shownAtEnd(text, literal) : 0;
    add(text.length - shown, text.length, 'secret', LITERAL - depth);
  }
}

/** How much of a secret a text that was cut ends with. */
function shownAtEnd(text: string, secret: string): number {
  for (let length = secret.length - 1; length >= SHOWN_OF_SECRET; length--) {
    if (text.endsWith(secret.slice(0, length))) return length;
  }
  return 0;
}

/** A deeper match is the surer one: at `\nme@a.org` the letter before `me` is none. */
function matchPatterns({ text }: View, { patterns }: Secrets, add: Add, depth: number): void {
  for (const [name, pattern] of Object.entries(patterns)) {
    for (const { 0: match, index } of text.matchAll(pattern)) {
      add(index, index + match.length, name, depth);
    }
  }
}

/** Says whether a span overlaps one of those given, which are in order. */
function createOverlap(spans: readonly Span[]): (start: number, end: number) => boolean {
  return (start, end) => {
    // The first that ends behind the start is the only one that need be looked at.
    let low = 0;
    let high = spans.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (spans[middle]![1] > start) high = middle;
      else low = middle + 1;
    }
    return low < spans.length && spans[low]![0] < end;
  };
}

/** Spans that follow each other are one. */
function joined(spans: readonly Span[]): Span[] {
  const result: [number, number][] = [];
  for (const [start, end] of spans) {
    const last = result.at(-1);
    if (last && last[1] === start) last[1] = end;
    else result.push([start, end]);
  }
  return result;
}

/** The source with everything replaced. */
export function replaceAll(source: string, replacements: readonly Replacement[]): string {
  let result = '';
  let done = 0;
  for (const { start, end, by } of replacements) {
    result += source.slice(done, start) + by;
    done = end;
  }
  return result + source.slice(done);
}
