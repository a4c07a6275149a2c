import type { EventOf, TranscriptEvent } from '../transcript/events.ts';
import { bySession } from '../transcript/by-session.ts';

/**
 * What happened, in as few lines as a reader needs, and nothing that differs between equal runs: no ids, no code, no time
 * but what a schedule spent. For snapshots, and for a look at a failed test. Sessions are divided by an empty line.
 */
export function outline(transcript: Iterable<TranscriptEvent>): string {
  return [...bySession(transcript).values()]
    .map((events) => outlineSession(events).join('\n'))
    .filter((text) => text !== '')
    .join('\n\n');
}

type Answer = EventOf<'call.answered'>;

function outlineSession(events: readonly TranscriptEvent[]): string[] {
  const answers = new Map<string, Answer>();
  for (const event of events) if (event.type === 'call.answered') answers.set(event.call, event);
  let cells = 0;
  const numbers = new Map<string, number>();
  return events.flatMap((event) => {
    if (event.type === 'cell.started') numbers.set(event.cell, ++cells);
    return linesOf(event, { answers, cell: (id) => numbers.get(id) ?? 0 });
  });
}

function linesOf(
  event: TranscriptEvent,
  {
    answers,
    cell,
  }: { readonly answers: ReadonlyMap<string, Answer>; readonly cell: (id: string) => number },
): string[] {
  switch (event.type) {
    case 'turn.started':
      return [`user: ${event.user}`];
    case 'thinking.written':
      return [`  thinks: ${event.thinking}`];
    case 'text.written':
      return [`  says: ${event.text}`];
    case 'cell.started':
      return [`  cell ${cell(event.cell)} runs`];
    case 'call.made': {
      const by =
        event.caller.type === 'direct' ? 'calls' : `cell ${cell(event.caller.tool_id)} calls`;
      return [
        `  ${by} ${event.name} ${showJson(event.input)} → ${showAnswer(answers.get(event.call))}`,
      ];
    }
    case 'cell.finished':
      return resultLines(event.result).map((line) => `  cell ${cell(event.cell)} ${line}`);
    case 'turn.paused':
      return ['  pauses'];
    case 'turn.finished':
      return [`  ends: ${event.stop_reason}`];
    case 'clock.moved':
      return event.nondeterministic ? [] : [`  ${event.by} ms pass (${event.cause})`];
    case 'finding':
      return [`  finding: ${event.rule}`];
    case 'response.sent':
      return event.status === 200 ? [] : [`  refused: ${event.status}`];
    default:
      return [];
  }
}

function resultLines(result: EventOf<'cell.finished'>['result']): string[] {
  if (result.type !== 'code_execution_result') return [`fails: ${result.error_code}`];
  const { stdout, stderr, return_code } = result;
  const lines: string[] = [];
  if (stdout !== '') lines.push(`prints ${shorten(JSON.stringify(stdout.trimEnd()))}`);
  const error = stderr.trimEnd().split('\n').at(-1);
  if (error) lines.push(`raises ${shorten(error)}`);
  return return_code === 0 || error ? lines : [...lines, `ends with code ${return_code}`];
}

function showAnswer(answer: Answer | undefined): string {
  if (!answer) return 'no answer';
  return `${answer.is_error ? 'error ' : ''}${shorten(answer.content)}`;
}

function showJson(value: unknown): string {
  return shorten(JSON.stringify(value));
}

const SHOWN_LENGTH = 200;

/** Its length stays visible, so that a change of what is not shown still shows. */
function shorten(text: string): string {
  if (text.length <= SHOWN_LENGTH) return text;
  return `${text.slice(0, SHOWN_LENGTH)}… (${text.length} characters)`;
}
