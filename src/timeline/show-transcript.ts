import type { EventOf, TranscriptEvent } from '../transcript/events.ts';
import { bySession } from '../transcript/by-session.ts';
import { showDuration } from './show-duration.ts';

/**
 * A transcript as a person reads it in a terminal, nothing left out that was said, run or returned: turns, code, calls with
 * their arguments and results, outputs, usage, containers and times. Control characters are shown as escapes.
 */
export function showTranscript(transcript: Iterable<TranscriptEvent>): string {
  const sessions = [...bySession(transcript)].map(([key, events]) => showSession(key, events));
  return sessions.map((lines) => `${printable(lines.join('\n'))}\n`).join('\n');
}

type Call = EventOf<'call.made'>;

function showSession(key: string, events: readonly TranscriptEvent[]): string[] {
  const show = createEventReader();
  const last = events.at(-1)?.at ?? 0;
  const start = events[0]?.at ?? 0;
  const lines = events.flatMap(show);
  return [
    `session ${key === '' ? '(none)' : key}`,
    ...lines,
    '',
    `${usageOf(events.flatMap(messageUsage))}${showDuration(last - start)}`,
  ];
}

/** Reads the events of one session in order: cells and calls get numbers, and answers the call they are of. */
function createEventReader(): (event: TranscriptEvent) => string[] {
  const cells = new Map<string, { readonly number: number; readonly at: number }>();
  const calls = new Map<string, { readonly number: number; readonly made: Call }>();
  const commands = new Map<string, string>();

  function makeCall(made: Call): string[] {
    const number = calls.size + 1;
    calls.set(made.call, { number, made });
    const { caller, line, name, input } = made;
    const cell = caller.type === 'direct' ? undefined : cells.get(caller.tool_id);
    const by = cell ? `by cell ${cell.number}` : 'by Claude';
    const where = line === undefined ? by : `${by}, line ${line}`;
    return item(`call ${number} ${where}: ${name}`, showJson(input));
  }

  return (event) => {
    switch (event.type) {
      case 'cell.started': {
        const number = cells.size + 1;
        cells.set(event.cell, { number, at: event.at });
        const container = event.container === '' ? '' : ` in ${event.container}`;
        return item(`cell ${number}${container}`, numbered(event.code));
      }
      case 'cell.paused':
        return [`  cell ${cells.get(event.cell)?.number} waits`];
      case 'cell.finished': {
        const cell = cells.get(event.cell);
        const took = cell ? ` after ${showDuration(event.at - cell.at)}` : '';
        return [`  cell ${cell?.number ?? event.cell} ends${took}`, ...resultLines(event.result)];
      }
      case 'call.made':
        return makeCall(event);
      case 'call.answered': {
        const call = calls.get(event.call);
        const took = call ? ` after ${showDuration(event.at - call.made.at)}` : '';
        const kind = event.is_error ? 'error' : 'result';
        return item(`${kind} of call ${call?.number ?? event.call}${took}`, event.content);
      }
      case 'command.started':
        commands.set(event.command, event.tool);
        return item(`${event.tool} in ${event.container}`, showJson(event.input));
      case 'command.finished':
        return item(`result of ${commands.get(event.command)}`, showJson(event.result));
      case 'web.called':
        return [
          ...item(
            `call by cell ${cells.get(event.cell)?.number}: ${event.tool}`,
            showJson(event.input),
          ),
          ...item('result', showJson(event.answer)),
        ];
      default:
        return showOther(event);
    }
  };
}

/** Events that say all themselves. */
function showOther(event: TranscriptEvent): string[] {
  switch (event.type) {
    case 'turn.started':
      return ['', ...item(`turn ${event.turn + 1}, at ${showDuration(event.at)}`, event.user)];
    case 'text.written':
      return item('says', event.text);
    case 'thinking.written':
      return item('thinks', event.thinking);
    case 'container.created':
      return [`  container ${event.container}`];
    case 'file.uploaded':
    case 'file.captured':
      return [`  file ${event.file}: ${event.name}`];
    case 'fault.injected':
      return item('fault', showJson(event.fault));
    case 'tool.failed':
      return item(`the tool ${event.name} failed`, event.error);
    case 'agent.failed':
      return item('the agent failed', event.error);
    case 'turn.paused':
      return ['  pauses'];
    case 'turn.finished':
      return [`  ends: ${event.stop_reason}`];
    case 'response.sent':
      return showResponse(event);
    case 'finding':
      return item(`finding ${event.rule}, ${event.request}`, `${event.message}\n${event.fix}`);
    default:
      return [];
  }
}

function showResponse(event: EventOf<'response.sent'>): string[] {
  if (event.status !== 200) return item(`refused: ${event.status}`, showJson(event.body));
  const usage = usageOf(messageUsage(event));
  return usage === '' ? [] : [`  response ${event.request}: ${usage}at ${showDuration(event.at)}`];
}

function resultLines(result: EventOf<'cell.finished'>['result']): string[] {
  if (result.type !== 'code_execution_result') return [indented(result.error_code)];
  const { stdout, stderr, return_code } = result;
  return [
    ...(stdout === '' ? [] : item('stdout', stdout)),
    ...(stderr === '' ? [] : item('stderr', stderr)),
    ...(return_code === 0 ? [] : [`  return code ${return_code}`]),
  ];
}

interface Usage {
  readonly input: number;
  readonly output: number;
}

function messageUsage(event: TranscriptEvent): Usage[] {
  if (event.type !== 'response.sent' || !('usage' in event.body)) return [];
  const { usage } = event.body;
  if (typeof usage !== 'object' || usage === null) return [];
  const { input_tokens, output_tokens }: Record<string, unknown> = { ...usage };
  if (typeof input_tokens !== 'number' || typeof output_tokens !== 'number') return [];
  return [{ input: input_tokens, output: output_tokens }];
}

function usageOf(usages: readonly Usage[]): string {
  if (usages.length === 0) return '';
  const input = usages.reduce((sum, usage) => sum + usage.input, 0);
  const output = usages.reduce((sum, usage) => sum + usage.output, 0);
  return `${input} tokens in, ${output} out, `;
}

/** A heading, and a text below it. */
function item(heading: string, text: string): string[] {
  const body = text.replace(/\n+$/, '');
  return body === '' ? [`  ${heading}`] : [`  ${heading}`, indented(body)];
}

function indented(text: string): string {
  return text.replaceAll(/^(?=.)/gm, '    ');
}

function numbered(code: string): string {
  const lines = code.replace(/\n+$/, '').split('\n');
  const width = String(lines.length).length;
  return lines.map((line, i) => `${String(i + 1).padStart(width)} | ${line}`).join('\n');
}

const LINE_WIDTH = 100;

function showJson(value: unknown): string {
  const line = JSON.stringify(value);
  return line.length <= LINE_WIDTH ? line : JSON.stringify(value, null, 2);
}

/** What is recorded must not steer the terminal it is shown in. */
function printable(text: string): string {
  return text.replaceAll(
    /(?![\t\n])\p{Cc}/gu,
    (character) => `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`,
  );
}
