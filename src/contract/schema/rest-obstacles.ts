import { obstacle, type Comparison } from './comparison.ts';
import { areDisjoint, intersect } from './intersect.ts';
import { itemRules } from './item-rules.ts';
import type { Obstacle } from './obstacle.ts';
import { shapeSamples } from './samples.ts';
import type { Rest, Shape } from './shapes.ts';

/** Whether the values of a shape satisfy what another shape could not express. */
export function restObstacles(
  comparison: Comparison,
  sub: Shape,
  rest: Rest,
  depth: number,
): Obstacle[] {
  if (sub.rest.some(({ kind, text }) => kind === rest.kind && text === rest.text)) return [];
  if (isSatisfied(comparison, sub, rest, depth)) return [];
  const { forms } = comparison;
  const values = () => {
    const refused = rest.kind === 'not' ? intersect(forms, [sub], forms.of([rest.not])) : [];
    return [...refused, sub].flatMap((shape) => shapeSamples(forms, shape));
  };
  const rule = rest.kind === 'unknown' ? 'schema' : rest.kind;
  return [obstacle(rule, 'no such rule', rest.text, values)];
}

function isSatisfied(comparison: Comparison, sub: Shape, rest: Rest, depth: number): boolean {
  const { forms, compareForms } = comparison;
  const within = (form: Parameters<typeof compareForms>[1]) =>
    compareForms([sub], form, depth).length === 0;
  switch (rest.kind) {
    case 'not':
      return areDisjoint(forms, [sub], forms.of([rest.not]));
    case 'if': {
      const condition = forms.of([rest.condition]);
      const then = within(forms.of(rest.ifSo));
      const otherwise = within(forms.of(rest.ifNot));
      if (then && otherwise) return true;
      if (then) return within(condition);
      return otherwise && areDisjoint(forms, [sub], condition);
    }
    case 'oneOf': {
      const branches = rest.branches.map((branch) => forms.of([branch]));
      return branches.some(
        (branch, i) =>
          branches.every((other, j) => i === j || areDisjoint(forms, [sub], other)) &&
          within(branch),
      );
    }
    case 'contains':
      return (
        sub.kind === 'array' &&
        rest.max === Infinity &&
        sub.minItems >= rest.min &&
        Array.from({ length: rest.min }, (_, index) => index).every((index) =>
          itemWithin(comparison, sub, index, rest, depth),
        )
      );
    case 'unknown':
      return false;
  }
}

function itemWithin(
  { compareSchemas }: Comparison,
  sub: Extract<Shape, { kind: 'array' }>,
  index: number,
  rest: Extract<Rest, { kind: 'contains' }>,
  depth: number,
): boolean {
  return compareSchemas(itemRules(sub, index), [rest.node], depth + 1).length === 0;
}
