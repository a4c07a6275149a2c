import { envelope } from './envelope.ts';
import { harmless } from './harmless.ts';
import { history } from './history.ts';
import type { Operator } from './operator.ts';
import { replies } from './replies.ts';
import { schema } from './schema.ts';
import { tools } from './tools.ts';
import { topLevel } from './top-level.ts';

/** Where an agent goes wrong most. */
const often = (operator: Operator): Operator => ({ ...operator, weight: 20 });

export const OPERATORS: readonly Operator[] = [
  ...envelope,
  ...topLevel,
  ...tools,
  ...schema,
  ...history.map(often),
  ...replies.map(often),
  ...harmless,
];
