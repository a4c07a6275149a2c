import type { BugClassId } from '../../../src/verdict/bug-classes.ts';
import type { Specimen } from '../specimen.ts';
import { configuration } from './configuration.ts';
import { container } from './container.ts';
import { history } from './history.ts';
import { loop } from './loop.ts';
import { results } from './results.ts';
import { streaming } from './streaming.ts';
import { time } from './time.ts';

/** One of each bug class. */
export const SPECIMENS: Readonly<Record<BugClassId, Specimen>> = {
  ...container,
  ...history,
  ...results,
  ...streaming,
  ...loop,
  ...time,
  ...configuration,
};
