import type { EventOf } from '../../transcript/events.ts';
import { type Breach, invariant, type Invariant } from './invariant.ts';
import { scopeOf } from './scope.ts';

/**
 * No side effect happens twice: none of these tools runs without a call that waits for it, and none runs (or, where the
 * transcript does not show runs, is answered) twice with the same input: in a session, or in all the sessions of one run
 * of the agent (`api.runAgent`). Tools are seen running when they are wrapped by `api.tool`.
 */
export function writesOnce(tools: readonly string[]): Invariant {
  return invariant('writes_once', (events) => {
    const calls = new Map<string, EventOf<'call.made'>>();
    const done = new Set<string>();
    const runs = events.flatMap((event) => (event.type === 'tool.started' ? [event.name] : []));
    const watched = new Set(runs);
    const scope = scopeOf(events);
    return events.flatMap((event): Breach[] => {
      const { session } = event;
      if (event.type === 'call.made') calls.set(`${session} ${event.call}`, event);
      if (event.type === 'tool.started' && event.call === undefined && tools.includes(event.name)) {
        return [repeated(session, `${event.name} ran though no call was waiting for it.`)];
      }
      if (event.type !== 'tool.started' && event.type !== 'call.answered') return [];
      const made = calls.get(`${session} ${event.call}`);
      if (!made || !tools.includes(made.name)) return [];
      if (watched.has(made.name) !== (event.type === 'tool.started')) return [];
      const write = `${made.name}(${JSON.stringify(made.input)})`;
      const key = `${scope(event)} ${write}`;
      if (done.has(key)) return [repeated(session, `${write} happened twice.`)];
      done.add(key);
      return [];
    });
  });
}

function repeated(session: string, message: string): Breach {
  return {
    session,
    message,
    fix: 'Keep the result of a call by its id; when a request has to be sent again, send the same result again. What may have happened already is not to be done again.',
  };
}
