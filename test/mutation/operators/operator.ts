import type { RuleId } from '../../../src/protocol/requirements.ts';
import { type Outgoing, outgoing } from '../client.ts';
import type { Exchange } from '../correct-agent.ts';
import { type Facts, factsOf } from '../facts.ts';
import type { Random } from '../random.ts';
import type { Body } from '../wire.ts';

/**
 * What has to happen to a mutated request: it is answered without a word (`clean`), answered with notes or without
 * (`valid`), or refused by a rule. A list where the order of the API's checks, or a consequence, is not known.
 */
export type Expectation = Outcome | readonly Outcome[];
type Outcome = 'clean' | 'valid' | RuleId;

/** A request that a correct agent would send next. */
export interface Base {
  readonly body: Body;
  readonly facts: Facts;
  /** What the conversation had before. */
  readonly earlier: readonly Exchange[];
}

export interface Mutant {
  readonly request: Outgoing;
  readonly expect: Expectation;
}

/** One way to change a request. Says what it breaks, from the meaning of the rules and the request before the change. */
export interface Operator {
  readonly name: string;
  /** How often it is drawn, compared with others. Default: 10. */
  readonly weight?: number;
  /** Undefined where there is nothing to change in this way. */
  apply(base: Base, random: Random): Mutant | undefined;
}

/** What an edit may look at. */
export type EditContext = Base & { readonly random: Random };

/** An operator that edits a copy of the body in place. */
export function editing(
  name: string,
  edit: (body: Body, context: EditContext) => Expectation | undefined,
): Operator {
  return {
    name,
    apply(base, random) {
      const body = structuredClone(base.body);
      const expect = edit(body, { ...base, random });
      return expect && { request: outgoing(body), expect };
    },
  };
}

export function baseOf(exchanges: readonly Exchange[], index: number): Base {
  const { body } = exchanges[index]!;
  return { body, facts: factsOf(body), earlier: exchanges.slice(0, index) };
}
