/**
 * A set of lists of calls, as a tree. Equal expressions are the same object, so that they can be told apart by their
 * number alone. `leaf` and `except` are positions in the list of the calls an expectation names.
 */
export type Expression = { readonly id: number } & Shape;

type Shape =
  /** Not a single call. */
  | { readonly kind: 'nothing' }
  | { readonly kind: 'leaf'; readonly leaf: number }
  | { readonly kind: 'gap'; readonly gap: Gap }
  | { readonly kind: 'sequence'; readonly first: Expression; readonly rest: Expression }
  | { readonly kind: 'shuffle'; readonly parts: readonly Expression[] }
  | { readonly kind: 'choice'; readonly parts: readonly Expression[] }
  | { readonly kind: 'repeat'; readonly of: Expression; readonly min: number; readonly max: number }
  /** All in one response: in this one, once the first of them was made. */
  | {
      readonly kind: 'together';
      readonly of: Expression;
      readonly response: number | undefined;
    }
  /** Every gap is open. */
  | { readonly kind: 'spread'; readonly of: Expression }
  /** At least one call. */
  | { readonly kind: 'some'; readonly of: Expression };

/** Which calls may come between two that are asked for: none, or any but the excepted ones. */
export interface Gap {
  readonly open: boolean;
  /** Leaves, in order. */
  readonly except: readonly number[];
}

export const CLOSED: Gap = { open: false, except: [] };
export const OPEN: Gap = { open: true, except: [] };

/** What holds in a gap that both stand in. */
export function mergeGaps(a: Gap, b: Gap): Gap {
  const except = [...new Set([...a.except, ...b.except])].toSorted((x, y) => x - y);
  return { open: a.open || b.open, except };
}

/** Makes expressions, each but once, in the simplest form that means the same. */
export interface Expressions {
  readonly nothing: Expression;
  leaf(leaf: number): Expression;
  gap(gap: Gap): Expression;
  sequence(first: Expression, rest: Expression): Expression;
  shuffle(parts: readonly Expression[]): Expression;
  choice(parts: readonly Expression[]): Expression;
  /** `of` takes at least one call. */
  repeat(of: Expression, min: number, max: number): Expression;
  together(of: Expression, response: number | undefined): Expression;
  spread(of: Expression): Expression;
  some(of: Expression): Expression;
}

export function createExpressions(): Expressions {
  const known = new Map<string, Expression>();

  function intern(key: string, shape: Shape): Expression {
    const before = known.get(key);
    if (before) return before;
    const expression = { id: known.size, ...shape };
    known.set(key, expression);
    return expression;
  }

  const nothing = intern('nothing', { kind: 'nothing' });
  const make: Expressions = {
    nothing,
    leaf: (leaf) => intern(`leaf ${leaf}`, { kind: 'leaf', leaf }),

    gap(gap) {
      if (!gap.open && gap.except.length === 0) return nothing;
      return intern(`gap ${gap.open} ${gap.except.join()}`, { kind: 'gap', gap });
    },

    sequence(first, rest) {
      if (first === nothing) return rest;
      if (rest === nothing) return first;
      if (first.kind === 'gap' && rest.kind === 'gap') {
        return make.gap(mergeGaps(first.gap, rest.gap));
      }
      // To the right, so that what is left of a sequence is a part of it.
      if (first.kind === 'sequence') {
        return make.sequence(first.first, make.sequence(first.rest, rest));
      }
      return intern(`sequence ${first.id} ${rest.id}`, { kind: 'sequence', first, rest });
    },

    shuffle(given) {
      const parts = given
        .flatMap((part) => (part.kind === 'shuffle' ? part.parts : part))
        .filter((part) => part !== nothing)
        .toSorted((a, b) => a.id - b.id);
      if (parts.length < 2) return parts[0] ?? nothing;
      return intern(`shuffle ${ids(parts)}`, { kind: 'shuffle', parts });
    },

    choice(given) {
      const all = given.flatMap((part) => (part.kind === 'choice' ? part.parts : part));
      const parts = [...new Set(all)].toSorted((a, b) => a.id - b.id);
      if (parts.length === 1) return parts[0]!;
      return intern(`choice ${ids(parts)}`, { kind: 'choice', parts });
    },

    repeat(of, min, max) {
      if (max === 0) return nothing;
      if (min === 1 && max === 1) return of;
      return intern(`repeat ${of.id} ${min} ${max}`, { kind: 'repeat', of, min, max });
    },

    together(of, response) {
      if (of.kind === 'nothing' || of.kind === 'gap') return of;
      return intern(`together ${of.id} ${response}`, { kind: 'together', of, response });
    },

    spread(of) {
      if (of === nothing) return make.gap(OPEN);
      if (of.kind === 'gap') return make.gap(mergeGaps(of.gap, OPEN));
      return of.kind === 'spread' ? of : intern(`spread ${of.id}`, { kind: 'spread', of });
    },

    some(of) {
      if (of.kind === 'leaf' || of.kind === 'some') return of;
      return intern(`some ${of.id}`, { kind: 'some', of });
    },
  };
  return make;
}

function ids(parts: readonly Expression[]): string {
  return parts.map(({ id }) => id).join();
}
