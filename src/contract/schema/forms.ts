import type { JsonObject } from '../../protocol/json-object.ts';
import { isJsonObject } from '../../protocol/wire-message.ts';
import { shapeAdmits } from './admits.ts';
import { baseForm } from './base-form.ts';
import type { Conjunction, SchemaNode } from './document.ts';
import { unevaluatedRules } from './evaluated.ts';
import { areDisjoint, intersect } from './intersect.ts';
import {
  ANYTHING,
  isUnrestricted,
  valuesForm,
  type Form,
  type Forms,
  type Rest,
} from './shapes.ts';
import { nodesIn, schemaMap } from './subschemas.ts';

/** A union of more shapes than this is no longer told apart. */
const SHAPES_LIMIT = 200;

/** Makes a reader of schemas. What it has read it keeps, so it is for schemas that do not change. */
export function createForms(): Forms {
  const known = new Map<number, Form>();
  const inProgress = new Set<number>();
  let circles = 0;
  const forms: Forms = {
    of([first, ...others]) {
      if (!first) return ANYTHING;
      return others.reduce<Form>(
        (form, node) => intersect(forms, form, formOf(node)),
        formOf(first),
      );
    },
  };
  return forms;

  function formOf(node: SchemaNode): Form {
    const before = known.get(node.id);
    if (before) return before;
    // A reference that leads back to itself without going into a value says nothing.
    if (inProgress.has(node.id)) {
      circles++;
      return restricted(ANYTHING, unknown(node, 'a circle'));
    }
    const circlesBefore = circles;
    inProgress.add(node.id);
    const form = readNode(forms, node);
    inProgress.delete(node.id);
    const limited =
      form.length > SHAPES_LIMIT ? restricted(ANYTHING, unknown(node, 'too many shapes')) : form;
    // What was read halfway round a circle is less than can be known from elsewhere.
    if (inProgress.size === 0 || circles === circlesBefore) known.set(node.id, limited);
    return limited;
  }
}

function readNode(forms: Forms, node: SchemaNode): Form {
  const { schema } = node;
  if (typeof schema === 'boolean') return schema ? ANYTHING : [];
  const parts = [
    baseForm(node, schema),
    ...references(forms, node, schema),
    ...nodesIn(node, schema['allOf']).map((part) => forms.of([part])),
    ...alternatives(forms, node, schema),
    ...exclusive(forms, node, schema),
  ];
  const form = parts.reduce((both, part) => intersect(forms, both, part));
  const asked = [...conditions(node, schema), ...notUnderstood(node, schema)];
  const withRest = asked.reduce((form, rest) => restricted(form, rest), form);
  return onlyEnumerated(forms, withoutNegated(forms, withRest, node, schema), schema);
}

function references(forms: Forms, node: SchemaNode, schema: JsonObject): Form[] {
  return ['$ref', '$dynamicRef'].flatMap((keyword) => {
    const reference = schema[keyword];
    if (typeof reference !== 'string') return [];
    const target = node.document.resolve(reference);
    return [target ? forms.of([target]) : restricted(ANYTHING, unknown(node, reference))];
  });
}

function alternatives(forms: Forms, node: SchemaNode, schema: JsonObject): Form[] {
  if (!Array.isArray(schema['anyOf'])) return [];
  return [nodesIn(node, schema['anyOf']).flatMap((branch) => forms.of([branch]))];
}

/** Branches of which no two can hold at once are no more than alternatives. */
function exclusive(forms: Forms, node: SchemaNode, schema: JsonObject): Form[] {
  if (!Array.isArray(schema['oneOf'])) return [];
  const branches = nodesIn(node, schema['oneOf']);
  const branchForms = branches.map((branch) => forms.of([branch]));
  const union = branchForms.flat();
  const overlap = branchForms.some((one, i) =>
    branchForms.slice(i + 1).some((other) => !areDisjoint(forms, one, other)),
  );
  if (!overlap) return [union];
  const text = `oneOf ${branches
    .map(({ document, schema }) => document.text(schema))
    .toSorted()
    .join()}`;
  return [restricted(union, { kind: 'oneOf', text, branches })];
}

/** `if`, and what hangs on a property being there. */
function conditions(node: SchemaNode, schema: JsonObject): Rest[] {
  const [condition] = nodesIn(node, [schema['if']]);
  const then = nodesIn(node, [schema['then']]);
  const otherwise = nodesIn(node, [schema['else']]);
  const rest = condition ? [ifRest(condition, then, otherwise)] : [];
  const dependent = [
    ...Object.entries(schemaMap(schema['dependentSchemas'])),
    ...Object.entries(schemaMap(schema['dependentRequired'])).map(
      ([key, required]) => [key, { required }] as const,
    ),
  ];
  for (const [key, asked] of dependent) {
    const [has, then] = nodesIn(node, [{ type: 'object', required: [key] }, asked]);
    if (has && then) rest.push(ifRest(has, [then], []));
  }
  return rest;
}

function ifRest(condition: SchemaNode, then: Conjunction, otherwise: Conjunction): Rest {
  const texts = [[condition], then, otherwise].map((part) =>
    part.map(({ document, schema }) => document.text(schema)).join(),
  );
  return { kind: 'if', text: `if ${texts.join(' ')}`, condition, ifSo: then, ifNot: otherwise };
}

const UNEVALUATED = ['unevaluatedItems', 'unevaluatedProperties'];

function notUnderstood(node: SchemaNode, schema: JsonObject): Rest[] {
  const present = UNEVALUATED.filter((keyword) => {
    if (!(keyword in schema) || schema[keyword] === true) return false;
    return keyword === 'unevaluatedItems' || !unevaluatedRules(node, schema);
  });
  return present.length === 0 ? [] : [unknown(node, present.join())];
}

/** `not`: shapes it refuses whole go; shapes it leaves alone stay as they are. */
function withoutNegated(forms: Forms, form: Form, node: SchemaNode, schema: JsonObject): Form {
  const [negated] = nodesIn(node, [schema['not']]);
  if (!negated) return form;
  const refused = forms.of([negated]);
  const rest: Rest = {
    kind: 'not',
    text: `not ${negated.document.text(negated.schema)}`,
    not: negated,
  };
  return form.flatMap((shape) => {
    if (areDisjoint(forms, [shape], refused)) return [shape];
    if (refused.some((other) => other.type === shape.type && isUnrestricted(other))) return [];
    if (shape.kind !== 'values') return [{ ...shape, rest: [...shape.rest, rest] }];
    const values = shape.values.filter(
      (value) => shapeAdmits(forms, { ...shape, rest: [...shape.rest, rest] }, value) !== false,
    );
    return values.length === 0 ? [] : [{ ...shape, values, rest: [...shape.rest, rest] }];
  });
}

function onlyEnumerated(forms: Forms, form: Form, schema: JsonObject): Form {
  const listed = [
    ...(Array.isArray(schema['enum']) ? [schema['enum']] : []),
    ...('const' in schema ? [[schema['const']]] : []),
  ];
  return listed.reduce((form, values) => intersect(forms, valuesForm(values), form), form);
}

function restricted(form: Form, rest: Rest): Form {
  return form.map((shape) => ({ ...shape, rest: [...shape.rest, rest] }));
}

function unknown({ document, schema }: SchemaNode, what: string): Rest {
  const text = isJsonObject(schema) ? document.text(schema) : String(schema);
  return { kind: 'unknown', text: `${what} in ${text}` };
}
