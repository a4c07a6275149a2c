import type { BrokenRule } from '../protocol/errors.ts';

/** A finding that refuses nothing. */
export type Note = BrokenRule & {
  readonly message: string;
  /** The call it is about. */
  readonly call?: string | undefined;
};
