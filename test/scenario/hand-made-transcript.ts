import type { EventOf, TranscriptEvent } from '../../src/transcript/events.ts';

type Input<Event> = Event extends TranscriptEvent ? Omit<Event, 'session' | 'at'> : never;

/** Events without a fake behind them, all of one session. */
export function handMade(...events: Input<TranscriptEvent>[]): TranscriptEvent[] {
  return events.map((event) => ({ session: 's1', at: 0, ...event }));
}

export const begins = (scripted: string, user = 'Hi'): Input<EventOf<'turn.started'>> => ({
  type: 'turn.started',
  turn: 0,
  scripted,
  user,
});

export const ends = (): Input<EventOf<'turn.finished'>> => ({
  type: 'turn.finished',
  turn: 0,
  stop_reason: 'end_turn',
});

export const cell = (id: string, code: string, step = 0): Input<EventOf<'cell.started'>> => ({
  type: 'cell.started',
  step,
  cell: id,
  container: 'container_1',
  code,
});

export const prints = (
  id: string,
  stdout: string,
  { stderr = '', return_code = 0 } = {},
): Input<EventOf<'cell.finished'>> => ({
  type: 'cell.finished',
  cell: id,
  result: { type: 'code_execution_result', stdout, stderr, return_code, content: [] },
});

/** A call by the code of a cell. */
export const codeCall = (
  cellId: string,
  name: string,
  input: Record<string, unknown>,
  line?: number,
): Input<EventOf<'call.made'>> => ({
  type: 'call.made',
  call: `toolu_${name}`,
  name,
  input,
  caller: { type: 'code_execution_20260120', tool_id: cellId },
  ...(line !== undefined && { line }),
});

/** A call by Claude itself. */
export const directCall = (
  name: string,
  input: Record<string, unknown>,
): Input<EventOf<'call.made'>> => ({
  type: 'call.made',
  step: 0,
  call: `toolu_${name}`,
  name,
  input,
  caller: { type: 'direct' },
});

/** The answer to the last call of a tool. */
export const answered = (
  name: string,
  content: string,
  is_error = false,
): Input<EventOf<'call.answered'>> => ({
  type: 'call.answered',
  call: `toolu_${name}`,
  content,
  is_error,
});

/** The end of a response. */
export const sent = (): Input<EventOf<'response.sent'>> => ({
  type: 'response.sent',
  request: 'req_1',
  status: 200,
  body: {},
});
