import { toPointer } from '../../protocol/json-pointer.ts';
import { isJsonObject } from '../../protocol/wire-message.ts';
import type { JsonSchema } from './document.ts';
import { sameJson } from './json.ts';
import type { ValuePath } from './obstacle.ts';

/** Keywords that describe values and hold them to nothing. */
const ANNOTATIONS = [
  'title',
  'description',
  'default',
  'examples',
  'deprecated',
  'readOnly',
  'writeOnly',
  '$comment',
];

export interface AnnotationChange {
  /** JSON Pointer to the value that is described. */
  readonly path: string;
  readonly message: string;
}

/** Where two versions of a schema describe the same value in other words. */
export function annotationChanges(before: JsonSchema, after: JsonSchema): AnnotationChange[] {
  const changes: AnnotationChange[] = [];
  compare(before, after, []);
  return changes;

  function compare(old: unknown, next: unknown, path: ValuePath): void {
    if (!isJsonObject(old) || !isJsonObject(next) || sameJson(old, next)) return;
    for (const keyword of ANNOTATIONS) {
      if (!sameJson(old[keyword], next[keyword])) {
        changes.push({ path: toPointer(path), message: changeOf(keyword, old, next) });
      }
    }
    for (const keyword of ['properties', '$defs', 'definitions']) {
      compareEach(old[keyword], next[keyword], keyword === 'properties' ? path : [keyword]);
    }
    for (const keyword of ['items', 'additionalProperties']) {
      compare(old[keyword], next[keyword], [...path, '*']);
    }
    for (const keyword of ['anyOf', 'oneOf', 'allOf', 'prefixItems']) {
      const [olds, nexts] = [old[keyword], next[keyword]];
      if (!Array.isArray(olds) || !Array.isArray(nexts)) continue;
      const inner = (index: number) => (keyword === 'prefixItems' ? [...path, index] : path);
      olds.forEach((item, index) => compare(item, nexts[index], inner(index)));
    }
  }

  function compareEach(old: unknown, next: unknown, path: ValuePath): void {
    if (!isJsonObject(old) || !isJsonObject(next)) return;
    for (const [key, item] of Object.entries(old)) compare(item, next[key], [...path, key]);
  }
}

function changeOf(
  keyword: string,
  old: Record<string, unknown>,
  next: Record<string, unknown>,
): string {
  if (!(keyword in old)) return `${keyword} added`;
  return keyword in next ? `${keyword} changed` : `${keyword} removed`;
}
