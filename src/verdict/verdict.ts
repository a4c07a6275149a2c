import type { RuleId } from '../protocol/requirements.ts';
import type { Finding, TranscriptEvent } from '../transcript/events.ts';
import { explain, type Explanation } from './explain.ts';

/** One rule the client broke: the evidence, what it means and how to mend it. */
export interface VerdictEntry extends Explanation {
  readonly rule: string;
  /** How often. */
  readonly times: number;
  /** The session it happened in first. */
  readonly session: string;
  /** The request that showed it first; absent for what shows only at the end. */
  readonly request?: string | undefined;
  /** Where in that request. */
  readonly path?: string | undefined;
  /** What the client did, the first time. */
  readonly message: string;
  /** What to change in the client. */
  readonly fix: string;
}

/** What the fake, or the code of the script, did wrong is not held against the client. */
const NOT_THE_CLIENT: ReadonlySet<string> = new Set<RuleId>(['fake.failed', 'cell.newer_python']);

/** What the client did wrong, rule by rule, in the order it first did so. Empty when it did nothing wrong. */
export function verdict(transcript: Iterable<TranscriptEvent>): VerdictEntry[] {
  const events = [...transcript];
  const entries = new Map<string, VerdictEntry>();
  const findings = events.filter((event) => event.type === 'finding');
  for (const found of [...findings, ...abandoned(events)]) {
    if (NOT_THE_CLIENT.has(found.rule)) continue;
    const { rule, session, request, path, message, fix } = found;
    const before = entries.get(rule);
    entries.set(
      rule,
      before
        ? { ...before, times: before.times + 1 }
        : { rule, times: 1, session, request, path, message, fix, ...explain(found, events) },
    );
  }
  return [...entries.values()];
}

/** What shows that the client came back. */
const GOES_ON: ReadonlySet<TranscriptEvent['type']> = new Set([
  'call.answered',
  'cell.started',
  'command.started',
  'text.written',
  'turn.finished',
] as const);

type Abandoned = Omit<Finding, 'type' | 'at' | 'request'> & { readonly request?: undefined };

/** Sessions that ended while they waited for the client. */
function abandoned(events: readonly TranscriptEvent[]): Abandoned[] {
  const waiting = new Map<string, Abandoned>();
  for (const event of events) {
    const { session } = event;
    if (event.type === 'cell.paused') waiting.set(session, cellAbandoned(session, event.cell));
    if (event.type === 'turn.paused') waiting.set(session, turnAbandoned(session));
    // A client whose answers were refused has not forgotten them: it broke another rule. What could not be read reached
    // no session.
    const isRefused = event.type === 'response.sent' && event.status >= 400;
    if (isRefused && session === '') waiting.clear();
    if (isRefused || GOES_ON.has(event.type)) waiting.delete(session);
  }
  return [...waiting.values()];
}

function cellAbandoned(session: string, cell: string): Abandoned {
  return {
    session,
    rule: 'cell.abandoned' satisfies RuleId,
    message: `The calls of cell ${cell} were never answered.`,
    fix: 'Go on while `stop_reason` is `tool_use`: answer every `tool_use`, also in a response that has nothing else.',
  };
}

function turnAbandoned(session: string): Abandoned {
  return {
    session,
    rule: 'turn.abandoned' satisfies RuleId,
    message: 'A response ended with `pause_turn`, and nothing came back.',
    fix: 'Send the response back as the last message, with no new user message, until the turn ends.',
  };
}
