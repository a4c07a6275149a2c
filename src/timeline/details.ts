import type { EventOf } from '../transcript/events.ts';
import { showDuration } from './show-duration.ts';

/** One paragraph about an item: what a reader sees who clicks it. */
export interface Detail {
  readonly title: string;
  readonly text: string;
  /** With code: the line (1-based) to point at. */
  readonly line?: number | undefined;
  /** The text is JSON of one line, for the page to indent. */
  readonly isJson?: boolean;
}

type CellResult = EventOf<'cell.finished'>['result'];

export const text = (title: string, body: string): Detail => ({ title, text: body });

export const code = (source: string, line?: number): Detail => ({
  title: line === undefined ? 'code' : `code, called on line ${line}`,
  text: source,
  line,
});

const json = (title: string, value: unknown): Detail =>
  value === undefined
    ? text(title, 'nothing')
    : { title, text: JSON.stringify(value), isJson: true };

/** What a request brought that none before it had, and how many messages it has in all. */
export function ofRequest(
  { request, body }: EventOf<'request.received'>,
  seen: number,
): { about: Detail[]; messages: number } {
  const sent = fieldsOf(body);
  const messages = Array.isArray(sent['messages']) ? sent['messages'] : [];
  const { messages: _, tools: __, ...settings } = sent;
  const added = messages.slice(seen);
  return {
    about: [
      text('request', request),
      json(`messages ${seen + 1} to ${messages.length}`, added.length > 0 ? added : messages),
      json('settings', settings),
    ],
    messages: messages.length,
  };
}

/** What a response says of itself; its content shows in the other items. */
export function ofResponse({ request, status, body }: EventOf<'response.sent'>): {
  label: string;
  refused: boolean;
  about: Detail[];
} {
  if (status >= 400) {
    return {
      label: `${status}`,
      refused: true,
      about: [text('answer to', request), json(`status ${status}`, body)],
    };
  }
  const { stop_reason, usage, container } = fieldsOf(body);
  return {
    label: String(stop_reason),
    refused: false,
    about: [text('answer to', request), json('response', { stop_reason, container, usage })],
  };
}

/** A call in one line. */
export function labelOfCall({ name, input }: EventOf<'call.made'>): string {
  return `${name} ${JSON.stringify(input)}`;
}

/** A call: where in the code it was made, and with what. */
export function ofCall(
  { call, line, input }: EventOf<'call.made'>,
  cell: { readonly number: number; readonly code: string } | undefined,
): Detail[] {
  const caller = cell
    ? [text('caller', `the code of cell ${cell.number}`), code(cell.code, line)]
    : [text('caller', 'Claude, directly')];
  return [text('call', call), ...caller, json('arguments', input)];
}

export function ofAnswer(
  { at, content, is_error }: EventOf<'call.answered'>,
  madeAt: number,
): Detail[] {
  const title = is_error ? 'result (is_error)' : 'result';
  return [text(`${title} after ${showDuration(at - madeAt)}`, content)];
}

/** How a cell ended. */
export function ofResult(result: CellResult): Detail[] {
  if (!('stdout' in result)) return [text('not run to its end', result.error_code)];
  const { stdout, stderr, return_code } = result;
  return [
    text('stdout', stdout),
    ...(stderr === '' ? [] : [text('stderr', stderr)]),
    text('return code', String(return_code)),
  ];
}

/** The last line of a traceback, or the API's error code. */
export function howItFailed(result: CellResult): string {
  if (!('stderr' in result)) return result.error_code;
  return result.stderr.trimEnd().split('\n').at(-1) ?? `return code ${result.return_code}`;
}

/** A command of the shell, or an edit. */
export function ofCommand({ input }: EventOf<'command.started'>): {
  label: string;
  about: Detail[];
} {
  const { command, path } = input;
  const label = [command, path].filter((part) => typeof part === 'string').join(' ');
  return { label, about: [json('input', input)] };
}

export function ofCommandResult({ result }: EventOf<'command.finished'>): {
  failed: boolean;
  about: Detail[];
} {
  const failed = 'error_code' in result || ('return_code' in result && result.return_code !== 0);
  return { failed, about: [json('result', result)] };
}

/** What the schedule made of something, in one line. */
export function labelOfFault({ fault }: EventOf<'fault.injected'>): string {
  const { on, nth: _, ...what } = fault;
  return `${on}: ${Object.values(what).join(', ')}`;
}

export const ofFault = ({ fault }: EventOf<'fault.injected'>): Detail[] => [json('fault', fault)];

export function ofFinding({ rule, request, path, message, fix }: EventOf<'finding'>): Detail[] {
  return [
    text('rule', rule),
    text('request', path === undefined ? request : `${request}, ${path}`),
    text('what happened', message),
    text('what to do', fix),
  ];
}

function fieldsOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}
