import {
  CLOSED,
  type Expression,
  type Expressions,
  type Gap,
  mergeGaps,
  OPEN,
} from './expression.ts';

/** What an expression says about the next call. */
export interface Derive {
  /** Whether the expression holds without any call it asks for. */
  canEnd(expression: Expression): boolean;
  /** The calls that may be asked for next, each with what is expected after it. */
  heads(expression: Expression): readonly Head[];
  /** The same for calls that are missing. */
  drops(expression: Expression): readonly Head[];
  /** The gaps the next call may stand in, each with what is expected when it does. */
  gaps(expression: Expression): readonly GapCase[];
}

export interface Head {
  /** One call that is made, or those that are missing together. */
  readonly leaves: readonly number[];
  /** The only response it may come in. */
  readonly response: number | undefined;
  /** What is expected next, given the response the call came in. */
  readonly rest: (response: number | undefined) => Expression;
}

export interface GapCase {
  readonly gap: Gap;
  readonly expression: Expression;
}

export function createDerive(make: Expressions): Derive {
  const heads = createHeads(make, oneOfAny);
  const gapsOf = memo(computeGaps);

  /** Any part of a shuffle may go first. */
  function oneOfAny(parts: readonly Expression[]): Head[] {
    return parts.flatMap((part, i) =>
      // Of equal parts one is as good as the other.
      part === parts[i - 1] ? [] : firstOf(parts, i, heads),
    );
  }

  /**
   * Missing calls could go first in any order as well. One order is enough: parts of several calls first, for what is
   * left of them may be there, and single calls all at once when nothing else is asked for.
   */
  function inOneOrder(parts: readonly Expression[]): Head[] {
    const others = parts.filter((part) => part.kind !== 'leaf');
    const found = parts.flatMap((part, i) =>
      part.kind === 'leaf' ? [] : firstOf(parts, i, drops),
    );
    const leaves = parts.flatMap((part) => (part.kind === 'leaf' ? [part.leaf] : []));
    if (leaves.length === 0 || !others.every(canEnd)) return found;
    return [...found, { leaves, response: undefined, rest: () => make.shuffle(others) }];
  }

  const drops = createHeads(make, inOneOrder);

  function firstOf(
    parts: readonly Expression[],
    i: number,
    of: (part: Expression) => readonly Head[],
  ): Head[] {
    const others = parts.toSpliced(i, 1);
    return after(of(parts[i]!), (rest) => make.shuffle([...others, rest]));
  }

  /** The cases of a gap told apart; one case is the expression itself. */
  function gaps(expression: Expression): readonly GapCase[] {
    const cases = gapsOf(expression);
    return cases.length === 1 ? [{ gap: cases[0]!.gap, expression }] : cases;
  }

  function computeGaps(expression: Expression): readonly GapCase[] {
    switch (expression.kind) {
      case 'nothing':
      case 'leaf':
        return [{ gap: CLOSED, expression }];
      case 'gap':
        return [{ gap: expression.gap, expression }];
      case 'choice':
        return together(expression.parts.flatMap(gaps));
      case 'repeat': {
        const { of, min, max } = expression;
        const more = make.repeat(of, Math.max(min - 1, 0), max - 1);
        const none = { gap: CLOSED, expression: make.nothing };
        const begun = inEach(gaps(of), (first) => make.sequence(first, more));
        return together(min === 0 ? [none, ...begun] : begun);
      }
      case 'sequence': {
        const { first, rest } = expression;
        return together(gaps(first).flatMap((each) => gapsOfSequence(each, rest)));
      }
      case 'shuffle':
        return together(gapsOfShuffle(expression.parts));
      case 'together':
        return inEach(gaps(expression.of), (of) => make.together(of, expression.response));
      case 'spread':
        return together(
          gaps(expression.of).map((each) => ({
            gap: mergeGaps(each.gap, OPEN),
            expression: make.spread(each.expression),
          })),
        );
      case 'some':
        return inEach(
          gaps(expression.of).filter((each) => heads(each.expression).length > 0),
          (of) => make.some(of),
        );
    }
  }

  function gapsOfSequence({ gap, expression }: GapCase, rest: Expression): GapCase[] {
    if (!canEnd(expression)) return [{ gap, expression: make.sequence(expression, rest) }];
    const begun = { gap, expression: make.sequence(make.some(expression), rest) };
    // Without a call of the first part its gap goes on into that of the second.
    const skipped = gaps(rest).map((each) => ({
      gap: mergeGaps(gap, each.gap),
      expression: make.sequence(make.gap(gap), each.expression),
    }));
    return heads(expression).length > 0 ? [begun, ...skipped] : skipped;
  }

  /** A gap of a shuffle is a gap of each of its parts. */
  function gapsOfShuffle(parts: readonly Expression[]): GapCase[] {
    let cases: { gap: Gap; parts: Expression[] }[] = [{ gap: CLOSED, parts: [] }];
    for (const part of parts) {
      cases = cases.flatMap((before) =>
        gaps(part).map(({ gap, expression }) => ({
          gap: mergeGaps(before.gap, gap),
          parts: [...before.parts, expression],
        })),
      );
    }
    return cases.map(({ gap, parts }) => ({ gap, expression: make.shuffle(parts) }));
  }

  function together(cases: readonly GapCase[]): GapCase[] {
    const byGap = new Map<string, { gap: Gap; expressions: Expression[] }>();
    for (const { gap, expression } of cases) {
      const key = `${gap.open} ${gap.except.join()}`;
      const same = byGap.get(key);
      if (same) same.expressions.push(expression);
      else byGap.set(key, { gap, expressions: [expression] });
    }
    return [...byGap.values()].map(({ gap, expressions }) => ({
      gap,
      expression: make.choice(expressions),
    }));
  }

  return { canEnd, heads, drops, gaps };
}

function canEnd(expression: Expression): boolean {
  switch (expression.kind) {
    case 'nothing':
    case 'gap':
      return true;
    case 'leaf':
    case 'some':
      return false;
    case 'sequence':
      return canEnd(expression.first) && canEnd(expression.rest);
    case 'shuffle':
      return expression.parts.every(canEnd);
    case 'choice':
      return expression.parts.some(canEnd);
    case 'repeat':
      return expression.min === 0;
    case 'together':
    case 'spread':
      return canEnd(expression.of);
  }
}

/** How an expression may go on, given how a shuffle may. */
function createHeads(
  make: Expressions,
  ofShuffle: (parts: readonly Expression[]) => Head[],
): (expression: Expression) => readonly Head[] {
  const heads = memo((expression): readonly Head[] => {
    switch (expression.kind) {
      case 'nothing':
      case 'gap':
        return [];
      case 'leaf': {
        return [{ leaves: [expression.leaf], response: undefined, rest: () => make.nothing }];
      }
      case 'sequence': {
        const { first, rest } = expression;
        const begun = after(heads(first), (more) => make.sequence(more, rest));
        return canEnd(first) ? [...begun, ...heads(rest)] : begun;
      }
      case 'shuffle':
        return ofShuffle(expression.parts);
      case 'choice':
        return expression.parts.flatMap(heads);
      case 'repeat': {
        const { of, min, max } = expression;
        const more = make.repeat(of, Math.max(min - 1, 0), max - 1);
        return after(heads(of), (rest) => make.sequence(rest, more));
      }
      case 'together':
        return heads(expression.of).map((head) => ({
          ...head,
          response: expression.response ?? head.response,
          rest: (response) => make.together(head.rest(response), expression.response ?? response),
        }));
      case 'spread':
        return after(heads(expression.of), (rest) => make.spread(rest));
      case 'some':
        return heads(expression.of);
    }
  });
  return heads;
}

function after(heads: readonly Head[], then: (rest: Expression) => Expression): Head[] {
  return heads.map((head) => ({ ...head, rest: (response) => then(head.rest(response)) }));
}

function inEach(
  cases: readonly GapCase[],
  then: (expression: Expression) => Expression,
): GapCase[] {
  return cases.map(({ gap, expression }) => ({ gap, expression: then(expression) }));
}

/** Remembers what was computed for each expression. */
function memo<Result>(compute: (expression: Expression) => Result): typeof compute {
  const known = new Map<number, Result>();
  return (expression) => {
    const before = known.get(expression.id);
    if (before !== undefined) return before;
    const result = compute(expression);
    known.set(expression.id, result);
    return result;
  };
}
