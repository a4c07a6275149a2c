import type { Expectation } from '../../src/scenario/data/expectation-data.ts';

/** A call of the small alphabet in which the algebra is tested. */
export interface Letter {
  readonly name: string;
  readonly x: number;
  readonly response: number;
}

type Test = (letter: Letter) => boolean;

interface Gap {
  readonly open: boolean;
  readonly except: readonly Test[];
}

/** A list of calls an expectation may stand for: `gaps[i]` comes before `asked[i]`, and one more gap at the end. */
interface Pattern {
  readonly gaps: readonly Gap[];
  /** With each call the groups of which all have to come in one response. */
  readonly asked: readonly { readonly test: Test; readonly groups: readonly number[] }[];
  readonly groups: number;
}

const LONGEST = 6;
const MOST_PATTERNS = 2_000;
const closed: Gap = { open: false, except: [] };
const open: Gap = { open: true, except: [] };
const empty: Pattern = { gaps: [closed], asked: [], groups: 0 };

/** An expectation stands for more lists than can be written down. */
export class TooManyError extends Error {}

/**
 * Whether calls are as expected, by writing down every list of at most six calls the expectation asks for and looking
 * for one that fits. Slow and plain: it shares nothing with what it is compared to.
 */
export function matchesReference(expected: Expectation, calls: readonly Letter[]): boolean {
  return enumerate(expected).some((pattern) => fits(pattern, calls));
}

/**
 * One of the lists an expectation stands for, of at most six calls: `choose` picks one of so many. Undefined when there
 * is none of that length.
 */
export function exampleOf(
  expected: Expectation,
  alphabet: readonly Omit<Letter, 'response'>[],
  choose: (many: number) => number,
): Letter[] | undefined {
  const patterns = enumerate(expected);
  const pattern = patterns[choose(patterns.length)];
  if (!pattern) return undefined;
  const { gaps, asked } = pattern;
  const made: Letter[] = [];
  const groupsFrom = (first: number): Set<number> =>
    new Set(asked.slice(first).flatMap(({ groups }) => groups));
  const begun = new Set<number>();
  let response = 1;
  const make = (test: Test, next: number): void => {
    const fitting = alphabet.filter((letter) => test({ ...letter, response }));
    const letter = fitting[choose(fitting.length)];
    if (!letter) return;
    const ahead = groupsFrom(next);
    const isInside = [...begun].some((group) => ahead.has(group));
    if (!isInside && choose(2) === 0) response++;
    made.push({ ...letter, response });
  };
  for (const [i, { open, except }] of gaps.entries()) {
    if (open && made.length + asked.length - i < LONGEST && choose(2) === 0) {
      make((letter) => !except.some((test) => test(letter)), i);
    }
    const call = asked[i];
    if (!call) break;
    make(call.test, i);
    for (const group of call.groups) begun.add(group);
  }
  return made;
}

function enumerate(expected: Expectation): Pattern[] {
  if ('call' in expected) {
    const letter = { test: testOf(expected), groups: [] };
    return [{ gaps: [closed, closed], asked: [letter], groups: 0 }];
  }
  if ('in_order' in expected) return inOrder(expected.in_order);
  if ('subsequence' in expected) {
    return inOrder(expected.subsequence).map((pattern) => ({
      ...pattern,
      gaps: pattern.gaps.map((gap) => merged(gap, open)),
    }));
  }
  if ('in_any_order' in expected) return interleaved(expected.in_any_order);
  if ('together' in expected) {
    return interleaved(expected.together).map(({ gaps, asked, groups }) => ({
      gaps,
      asked: asked.map((each) => ({ ...each, groups: [...each.groups, groups] })),
      groups: groups + 1,
    }));
  }
  if ('one_of' in expected) return limited(expected.one_of.flatMap(enumerate));
  if ('optional' in expected) return [empty, ...enumerate(expected.optional)];
  if ('repeated' in expected) {
    const { repeated, min = 1, max = Infinity } = expected;
    const once = enumerate(repeated);
    const all: Pattern[] = [];
    let times = [empty];
    for (let n = 0; n <= Math.min(max, LONGEST); n++) {
      if (n >= min) all.push(...times);
      times = limited(times.flatMap((before) => once.map((each) => joined(before, each))));
    }
    return limited(all);
  }
  if ('never' in expected) {
    return [{ ...empty, gaps: [{ open: true, except: expected.never.map(testOf) }] }];
  }
  return [{ ...empty, gaps: [open] }];
}

function testOf({ call, input }: { call: string; input?: unknown }): Test {
  const x = typeof input === 'object' && input && 'x' in input ? input.x : undefined;
  return (letter) => letter.name === call && (x === undefined || letter.x === x);
}

function inOrder(parts: readonly Expectation[]): Pattern[] {
  return parts
    .map(enumerate)
    .reduce(
      (before, next) => limited(before.flatMap((a) => next.map((b) => joined(a, b)))),
      [empty],
    );
}

function joined(a: Pattern, b: Pattern): Pattern {
  const between = merged(a.gaps.at(-1)!, b.gaps[0]!);
  return {
    gaps: [...a.gaps.slice(0, -1), between, ...b.gaps.slice(1)],
    asked: [...a.asked, ...renumbered(b, a.groups)],
    groups: a.groups + b.groups,
  };
}

function interleaved(parts: readonly Expectation[]): Pattern[] {
  return parts
    .map(enumerate)
    .reduce(
      (before, next) => limited(before.flatMap((a) => next.flatMap((b) => shuffles(a, b)))),
      [empty],
    );
}

function shuffles(a: Pattern, b: Pattern): Pattern[] {
  const letters = renumbered(b, a.groups);
  const groups = a.groups + b.groups;
  const from = (i: number, j: number): Pattern[] => {
    const gap = merged(a.gaps[i]!, b.gaps[j]!);
    const begin = (letter: Pattern['asked'][number], rest: Pattern[]): Pattern[] =>
      rest.map(({ gaps, asked }) => ({ gaps: [gap, ...gaps], asked: [letter, ...asked], groups }));
    if (i === a.asked.length && j === letters.length) return [{ gaps: [gap], asked: [], groups }];
    return [
      ...(i < a.asked.length ? begin(a.asked[i]!, from(i + 1, j)) : []),
      ...(j < letters.length ? begin(letters[j]!, from(i, j + 1)) : []),
    ];
  };
  return a.asked.length + letters.length > LONGEST ? [] : from(0, 0);
}

function renumbered({ asked }: Pattern, by: number): Pattern['asked'] {
  return asked.map(({ test, groups }) => ({ test, groups: groups.map((group) => group + by) }));
}

function merged(a: Gap, b: Gap): Gap {
  return { open: a.open || b.open, except: [...a.except, ...b.except] };
}

function limited(patterns: Pattern[]): Pattern[] {
  if (patterns.length > MOST_PATTERNS) throw new TooManyError();
  return patterns.filter(({ asked }) => asked.length <= LONGEST);
}

function fits({ gaps, asked }: Pattern, calls: readonly Letter[]): boolean {
  const from = (next: number, letter: number, responses: ReadonlyMap<number, number>): boolean => {
    const gap = gaps[letter]!;
    const call = calls[next];
    if (!call) return letter === asked.length;
    const letBy = gap.open && !gap.except.some((test) => test(call));
    if (letBy && from(next + 1, letter, responses)) return true;
    const wanted = asked[letter];
    if (!wanted?.test(call)) return false;
    if (wanted.groups.some((group) => (responses.get(group) ?? call.response) !== call.response)) {
      return false;
    }
    const bound = wanted.groups.map((group) => [group, call.response] as const);
    return from(next + 1, letter + 1, new Map([...responses, ...bound]));
  };
  return from(0, 0, new Map());
}
