import type { JsonObject } from '../../src/protocol/json-object.ts';
import type { ProbeConversation } from 'callsheet/probe';
import type { Invariant } from 'callsheet/fast-check';
import type { FakeApiOptions } from 'callsheet';
import type { Habits } from './agent.ts';

/** Habits that replace those of the correct agent. A function makes them anew for each run: for tools with a state. */
export type Swap = Partial<Habits> | (() => Partial<Habits>);

/** One class of bugs, shown: a conversation, an agent with just that bug, and its correct twin. */
export interface Specimen {
  /** What tells the two apart: what Claude does, and what goes wrong on the way. */
  readonly conversation: ProbeConversation;
  /** What has to hold besides. Default: nothing. */
  readonly invariants?: readonly Invariant[];
  /** Tools that do their work. Default: they answer as the conversation says. */
  readonly tools?: Readonly<Record<string, (input: JsonObject) => Promise<unknown>>>;
  readonly clock?: FakeApiOptions['clock'];
  /** The habit that is the bug. */
  readonly wrong: Swap;
  /** What the twin does in its place. Default: what the correct agent does. */
  readonly right?: Swap;
  /** Habits of both: the setting. Default: those of the correct agent. */
  readonly both?: Partial<Habits>;
  /** The rules, invariants and checks that catch it. Each of them is enough. */
  readonly caughtBy: readonly string[];
}
