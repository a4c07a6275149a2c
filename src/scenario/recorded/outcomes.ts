import { TOOL_ERROR_CODES } from '../../protocol/command-results.ts';
import type { EventOf, TranscriptEvent } from '../../transcript/events.ts';
import type { Outcome, RunsData } from '../data/step-data.ts';

/** A use of the container: a cell or a command. */
export type Use = EventOf<'cell.started'> | EventOf<'command.started'>;
type Result = EventOf<'cell.finished'>['result'] | EventOf<'command.finished'>['result'];

/** A use of the container, and what came of it as far as is known. */
export interface EndedUse {
  readonly use: Use;
  /** Such as `cell 2` or `command 1`. */
  readonly name: string;
  readonly result?: Result | undefined;
}

/** The uses of the container in a transcript, in the order in which they began. */
export function usesOf(events: readonly TranscriptEvent[]): EndedUse[] {
  const results = new Map<string, Result>();
  for (const event of events) {
    if (event.type === 'cell.finished') results.set(event.cell, event.result);
    if (event.type === 'command.finished') results.set(event.command, event.result);
  }
  let [cells, commands] = [0, 0];
  return events.flatMap((event): EndedUse[] => {
    if (event.type === 'cell.started') {
      return [{ use: event, name: `cell ${++cells}`, result: results.get(event.cell) }];
    }
    if (event.type !== 'command.started') return [];
    return [{ use: event, name: `command ${++commands}`, result: results.get(event.command) }];
  });
}

/** What a scenario says of how a cell or a command ends. */
export type Said = Outcome & Pick<RunsData, 'raises'>;

/** What a scenario says of a recorded end. */
export function said({ use, result }: EndedUse): Said {
  if (!result) return {};
  if ('error_code' in result) return errorSaid(result.error_code);
  if (!('return_code' in result)) return {};
  const { stdout, stderr, return_code } = result;
  const prints = stdout.replace(/\n+$/, '');
  const raises = use.type === 'cell.started' ? errorName(stderr) : undefined;
  return {
    ...(prints !== '' && { prints }),
    ...(return_code !== 0 && (raises === undefined ? { return_code } : { raises })),
  };
}

function errorSaid(code: string): Said {
  const error_code = TOOL_ERROR_CODES.find((known) => known === code);
  return error_code ? { error_code } : {};
}

/** The name of the error a traceback ends with: lines of the traceback itself are indented. */
function errorName(stderr: string): string | undefined {
  const last = stderr.split('\n').findLast((line) => /^\S/.test(line)) ?? '';
  return /^[A-Za-z_][\w.]*(?=:|$)/.exec(last)?.[0];
}
