import type { Conjunction } from './document.ts';
import type { Reading } from './object-rules.ts';
import type { Obstacle, ObstacleRule, ValuePath } from './obstacle.ts';
import type { Form, Forms } from './shapes.ts';

/** A comparison under way: the narrower schema against the wider one. */
export interface Comparison {
  readonly forms: Forms;
  readonly subReading: Reading;
  readonly superReading: Reading;
  /** Obstacles between two schemas. `depth`: how far down in the values they are. */
  readonly compareSchemas: (sub: Conjunction, wider: Conjunction, depth: number) => Obstacle[];
  readonly compareForms: (sub: Form, wider: Form, depth: number) => Obstacle[];
  /** Whether every value of one schema is surely one of the other, both at their word. */
  readonly isWithin: (sub: Conjunction, wider: Conjunction) => boolean;
}

export function obstacle(
  rule: ObstacleRule,
  sub: unknown,
  wider: unknown,
  values: () => readonly unknown[],
): Obstacle {
  return { rule, path: [], sub: String(sub), super: String(wider), values };
}

/** An obstacle of a part as one of the whole: `lift` makes whole values of the part's. */
export function within(
  inner: Obstacle,
  step: ValuePath[number],
  lift: (value: unknown) => readonly unknown[],
): Obstacle {
  const values = () => inner.values().flatMap(lift).slice(0, LIFTED_LIMIT);
  return { ...inner, path: [step, ...inner.path], values };
}

const LIFTED_LIMIT = 12;
