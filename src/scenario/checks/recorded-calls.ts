import type { TranscriptEvent } from '../../transcript/events.ts';
import type { ExpectedCaller } from '../data/call-data.ts';

/** A tool call that was made. */
export interface RecordedCall {
  readonly name: string;
  readonly input: Readonly<Record<string, unknown>>;
  readonly caller: ExpectedCaller;
  /** The place in a cell's code that made the call. */
  readonly site?: CallSite | undefined;
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
  for (const event of transcript) {
    if (event.type === 'cell.started') {
      cells.set(event.cell, { number: cells.size + 1, lines: event.code.split('\n') });
    } else if (event.type === 'call.made') {
      const { name, input, line, caller } = event;
      if (caller.type === 'direct') {
        calls.push({ name, input, caller: 'direct' });
        continue;
      }
      const cell = cells.get(caller.tool_id);
      const source = line === undefined ? undefined : cell?.lines[line - 1]?.trim();
      const site = cell && { cell: cell.number, line, source };
      calls.push({ name, input, caller: 'code', site });
    }
  }
  return calls;
}
