import type { CommandView } from '../protocol/session-view.ts';
import { bySession } from '../transcript/by-session.ts';
import type { EventOf, TranscriptEvent } from '../transcript/events.ts';

/**
 * What happened in each session, in lines: who said what, the code with what it called and printed. Without what differs
 * between equal sessions (ids, times, usage, the order of calls made at once) and without what only a fake knows.
 */
export function sessionLines(transcript: Iterable<TranscriptEvent>): string[] {
  const events = [...transcript];
  const answers = new Map(
    events.flatMap((event) => (event.type === 'call.answered' ? [[event.call, event]] : [])),
  );
  return [...bySession(events).values()].flatMap((session) =>
    inOneOrder(session.map((event) => ({ event, lines: linesOf(event, answers) }))),
  );
}

interface Told {
  readonly event: TranscriptEvent;
  readonly lines: readonly string[];
}

/** The lines of all events; those of calls that follow each other in alphabetical order. */
function inOneOrder(all: readonly Told[]): string[] {
  const told = all.filter(({ lines }) => lines.length > 0);
  const isCall = ({ event }: Told): boolean => event.type === 'call.made';
  const groups: Told[][] = [];
  for (const each of told) {
    const last = groups.at(-1);
    if (last && isCall(each) && isCall(last[0]!)) last.push(each);
    else groups.push([each]);
  }
  return groups
    .flatMap((group) => group.map(({ lines }) => lines.join('\n')).toSorted())
    .flatMap((text) => text.split('\n'));
}

function linesOf(
  event: TranscriptEvent,
  answers: ReadonlyMap<string, EventOf<'call.answered'>>,
): string[] {
  switch (event.type) {
    case 'turn.started':
      return [`user: ${event.user.trim()}`];
    case 'text.written':
      return [`  says: ${event.text}`];
    case 'cell.started':
      return ['  runs', ...indented(event.code)];
    case 'command.started':
      return [`  uses ${event.tool} ${JSON.stringify(event.input)}`];
    case 'call.made': {
      const answer = answers.get(event.call);
      const who = event.caller.type === 'direct' ? 'Claude' : 'the code';
      const came = answer ? `${answer.is_error ? 'error ' : ''}${answer.content}` : 'no answer';
      return [`  ${who} calls ${event.name} ${stable(event.input)} → ${came}`];
    }
    case 'cell.finished':
    case 'command.finished':
      return resultLines(event.result);
    case 'turn.paused':
      return ['  pauses'];
    case 'turn.finished':
      return [`  ends: ${event.stop_reason}`];
    case 'response.sent':
      return event.status === 200 ? [] : [`  refused: ${event.status}`];
    default:
      return [];
  }
}

function resultLines(
  result: EventOf<'cell.finished'>['result'] | NonNullable<CommandView['result']>,
): string[] {
  if ('error_code' in result) return [`  fails: ${result.error_code}`];
  if (!('stdout' in result)) return [];
  const { stdout, stderr, return_code } = result;
  const error = stderr.trimEnd().split('\n').at(-1);
  return [
    ...(stdout.trim() === '' ? [] : ['  prints', ...indented(stdout)]),
    ...(return_code === 0 ? [] : [`  ends with code ${return_code}: ${error}`]),
  ];
}

function indented(text: string): string[] {
  return text
    .trimEnd()
    .split('\n')
    .map((line) => `    ${line}`.trimEnd());
}

/** JSON with the keys of its objects in order. */
function stable(value: unknown): string {
  return JSON.stringify(value, (_, item: unknown) =>
    typeof item === 'object' && item !== null && !Array.isArray(item)
      ? Object.fromEntries(Object.entries(item).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : item,
  );
}
