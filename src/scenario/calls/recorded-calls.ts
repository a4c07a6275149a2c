import type { TranscriptEvent } from '../../transcript/events.ts';
import type { Reference } from '../../transcript/reference.ts';
import type { ExpectedCaller } from '../data/call-data.ts';

/** A tool call that was made. */
export interface RecordedCall {
  readonly reference: Reference;
  readonly name: string;
  readonly input: Readonly<Record<string, unknown>>;
  readonly caller: ExpectedCaller;
  /** The response it came in, counted over the transcript from 1. */
  readonly response: number;
  /** The place in a cell's code that made the call. */
  readonly site?: CallSite | undefined;
  /** Absent while the call is unanswered. */
  readonly answer?: { readonly content: string; readonly is_error: boolean } | undefined;
}

/** A line of a cell. Cells and lines count from 1. */
interface CallSite {
  readonly cell: number;
  readonly line?: number | undefined;
  readonly source?: string | undefined;
}

/** The tool calls of a transcript, direct ones and those made by code, in the order they were made. */
export function recordedCalls(transcript: Iterable<TranscriptEvent>): RecordedCall[] {
  const cells = new Map<string, { number: number; lines: string[] }>();
  const calls: RecordedCall[] = [];
  /** Positions of calls, by their ids. */
  const made = new Map<string, number>();
  /** The response each session is working on. Their numbers are given when they are needed. */
  const responses = new Map<string, number>();
  let lastResponse = 0;
  for (const event of transcript) {
    const { session } = event;
    if (event.type === 'cell.started') {
      cells.set(event.cell, { number: cells.size + 1, lines: event.code.split('\n') });
    } else if (event.type === 'response.sent') {
      responses.delete(session);
    } else if (event.type === 'call.answered') {
      const { content, is_error } = event;
      const position = made.get(event.call);
      if (position === undefined) continue;
      calls[position] = { ...calls[position]!, answer: { content, is_error } };
    } else if (event.type === 'call.made') {
      const { call, name, input, line, caller } = event;
      const response = responses.get(session) ?? ++lastResponse;
      responses.set(session, response);
      made.set(call, calls.length);
      const reference = { session, id: call };
      if (caller.type === 'direct') {
        calls.push({ reference, name, input, response, caller: 'direct' });
        continue;
      }
      const cell = cells.get(caller.tool_id);
      const source = line === undefined ? undefined : cell?.lines[line - 1]?.trim();
      const site = cell && { cell: cell.number, line, source };
      calls.push({ reference, name, input, response, caller: 'code', site });
    }
  }
  return calls;
}
