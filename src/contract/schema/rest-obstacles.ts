import { obstacle, type Comparison } from './comparison.ts';
import type { SchemaNode } from './document.ts';
import { areDisjoint, intersect } from './intersect.ts';
import { itemRules } from './item-rules.ts';
import type { Obstacle } from './obstacle.ts';
import { shapeSamples } from './samples.ts';
import type { ArrayShape, Form, Rest, Shape } from './shapes.ts';

type RestOf<K extends Rest['kind']> = Extract<Rest, { kind: K }>;

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
  const { forms, isWithin } = comparison;
  switch (rest.kind) {
    case 'not':
      return (
        areDisjoint(forms, [sub], forms.of([rest.not])) ||
        sub.rest.some((own) => own.kind === 'not' && isWithin([rest.not], [own.not]))
      );
    case 'if':
      return holdsIf(comparison, sub, rest, depth);
    case 'oneOf': {
      const branches = rest.branches.map((branch) => forms.of([branch]));
      return branches.some(
        (branch, i) =>
          branches.every((other, j) => i === j || areDisjoint(forms, [sub], other)) &&
          comparison.compareForms([sub], branch, depth).length === 0,
      );
    }
    case 'contains':
      return sub.kind === 'array' && holdsContains(comparison, sub, rest, depth);
    case 'unknown':
      return false;
  }
}

/** What holds of the values that satisfy the condition is asked for by `then`, of the others by `else`. */
function holdsIf(
  { forms, compareForms }: Comparison,
  sub: Shape,
  { condition, ifSo, ifNot }: RestOf<'if'>,
  depth: number,
): boolean {
  const within = (part: Form, asked: Form) => compareForms(part, asked, depth).length === 0;
  const all = (...parts: Form[]) =>
    parts.reduce<Form>((both, part) => intersect(forms, both, part), [sub]);
  const asIf = forms.of([condition]);
  const text = textOf(condition);
  const same = sub.rest.filter(
    (own): own is RestOf<'if'> => own.kind === 'if' && textOf(own.condition) === text,
  );
  const [then, otherwise] = [forms.of(ifSo), forms.of(ifNot)];
  const known = same.map((own) => forms.of(own.ifSo));
  const knownNot = same.map((own) => forms.of(own.ifNot));
  return (
    (within([sub], then) || within(all(asIf, ...known), then)) &&
    (within(all(...knownNot), otherwise) || within([sub], asIf))
  );
}

function textOf({ document, schema }: SchemaNode): string {
  return document.text(schema);
}

function holdsContains(
  { compareSchemas, isWithin }: Comparison,
  sub: ArrayShape,
  { node, min, max }: RestOf<'contains'>,
  depth: number,
): boolean {
  const known = sub.rest.filter((own) => own.kind === 'contains');
  const enough =
    known.some((own) => own.min >= min && isWithin([own.node], [node])) ||
    (sub.minItems >= min &&
      Array.from({ length: min }, (_, index) => itemRules(sub, index)).every(
        (rules) => compareSchemas(rules, [node], depth + 1).length === 0,
      ));
  const few =
    max >= sub.maxItems || known.some((own) => own.max <= max && isWithin([node], [own.node]));
  return enough && few;
}
