import { obstacle } from './comparison.ts';
import type { Obstacle } from './obstacle.ts';
import { isOfFormat } from './formats.ts';
import { matches } from './patterns.ts';
import { shapeSamples } from './samples.ts';
import type { Forms, NumberShape, StringShape } from './shapes.ts';

export function numberObstacles(forms: Forms, sub: NumberShape, wider: NumberShape): Obstacle[] {
  const values = () => shapeSamples(forms, sub, wider);
  const found: Obstacle[] = [];
  const whole = sub.integer || sub.multiples.some(Number.isInteger);
  if (wider.integer && !whole) found.push(obstacle('type', 'number', 'integer', values));
  if (
    sub.minimum < wider.minimum ||
    (sub.minimum === wider.minimum && wider.aboveMinimum && !sub.aboveMinimum)
  ) {
    found.push(obstacle('minimum', lowerBound(sub), lowerBound(wider), values));
  }
  if (
    sub.maximum > wider.maximum ||
    (sub.maximum === wider.maximum && wider.belowMaximum && !sub.belowMaximum)
  ) {
    found.push(obstacle('maximum', upperBound(sub), upperBound(wider), values));
  }
  for (const multiple of wider.multiples) {
    if (!isMultiple(sub, multiple)) {
      found.push(obstacle('multipleOf', sub.multiples.join() || 'none', multiple, values));
    }
  }
  return found;
}

/** Most fractions are taken for multiples of each other only when equal: their arithmetic is not exact. */
function isMultiple({ integer, multiples }: NumberShape, of: number): boolean {
  if (of === 1 && integer) return true;
  return multiples.some(
    (factor) => factor === of || (isDyadic(of) && Number.isInteger(factor / of)),
  );
}

/** Whether binary fractions hold a number exactly, and a few times it. */
function isDyadic(number: number): boolean {
  return Number.isInteger(number * 2 ** 20);
}

function lowerBound({ minimum, aboveMinimum }: NumberShape): string {
  if (minimum === -Infinity) return 'none';
  return aboveMinimum ? `above ${minimum}` : String(minimum);
}

function upperBound({ maximum, belowMaximum }: NumberShape): string {
  if (maximum === Infinity) return 'none';
  return belowMaximum ? `below ${maximum}` : String(maximum);
}

export function stringObstacles(forms: Forms, sub: StringShape, wider: StringShape): Obstacle[] {
  const values = () => shapeSamples(forms, sub, wider);
  const found: Obstacle[] = [];
  if (shortest(sub) < wider.minLength) {
    found.push(obstacle('minLength', sub.minLength, wider.minLength, values));
  }
  if (sub.maxLength > wider.maxLength) {
    found.push(obstacle('maxLength', limit(sub.maxLength), wider.maxLength, values));
  }
  for (const pattern of wider.patterns) {
    if (!sub.patterns.includes(pattern)) {
      found.push(obstacle('pattern', sub.patterns.join(' and ') || 'none', pattern, values));
    }
  }
  for (const format of wider.formats) {
    if (!sub.formats.includes(format)) {
      found.push(obstacle('format', sub.formats.join(' and ') || 'none', format, values));
    }
  }
  return found;
}

/** How short a string can be: only one is empty, and patterns and formats may refuse it. */
function shortest({ minLength, patterns, formats }: StringShape): number {
  const refusesEmpty =
    patterns.some((pattern) => matches(pattern, '') === false) ||
    formats.some((format) => isOfFormat('', format) === false);
  return Math.max(minLength, refusesEmpty ? 1 : 0);
}

/** A bound for a reader. */
export function limit(bound: number): string {
  return Number.isFinite(bound) ? String(bound) : 'none';
}
