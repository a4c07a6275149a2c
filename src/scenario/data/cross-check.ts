import type * as z from 'zod';
import { didYouMean } from '../errors/nearest.ts';
import { type Expectation, namedCalls } from './expectation-data.ts';
import { parsePattern } from './pattern.ts';

/** The parts of a scenario that have to fit each other. */
interface Parts {
  readonly tools?: Readonly<Record<string, { returns?: unknown; answers?: unknown }>> | undefined;
  readonly turns: readonly {
    readonly user?: string | undefined;
    readonly match?: string | undefined;
  }[];
  readonly expect?:
    | { readonly calls?: Expectation | readonly Expectation[] | undefined }
    | undefined;
}

/** Reports what each part's own schema cannot see: an answer given twice, text its own pattern rejects, an unknown tool. */
export function crossCheck(data: Parts, context: z.RefinementCtx): void {
  const report = (path: (string | number)[], message: string): void => {
    context.addIssue({ code: 'custom', path, message });
  };
  const { tools, turns, expect } = data;
  for (const [name, tool] of Object.entries(tools ?? {})) {
    if (tool.returns !== undefined && tool.answers !== undefined) {
      report(['tools', name, 'returns'], '"returns" does not go with "answers"');
    }
  }
  for (const [i, { user, match }] of turns.entries()) {
    const pattern = match === undefined ? undefined : parsePattern(match);
    if (user !== undefined && pattern?.test(user) === false) {
      report(['turns', i, 'match'], `${match} does not match the turn's own "user" text`);
    }
  }
  // Without tools of its own a scenario is played by an agent that brings them.
  if (tools === undefined) return;
  for (const { call, path } of namedCalls(expect?.calls ?? [])) {
    if (Object.hasOwn(tools, call)) continue;
    report(
      ['expect', 'calls', ...path],
      `"${call}" is not a tool of this scenario${didYouMean(call, Object.keys(tools))}`,
    );
  }
}
