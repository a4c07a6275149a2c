import type { WireEvent } from '../../../src/protocol/stream-events.ts';
import * as faulty from '../../../src/probe/conversations/faulty.ts';
import * as usual from '../../../src/probe/conversations/usual.ts';
import type { Specimen } from '../specimen.ts';

const startOf = (type: string) => (event: WireEvent) =>
  event.type === 'content_block_start' && Object(event['content_block']).type === type;

export const streaming = {
  // #region input-lost-in-stream
  'input-lost-in-stream': {
    conversation: usual.oneCall,
    both: { stream: true },
    wrong: {
      hears: (events) => {
        const cells = events.filter(startOf('server_tool_use')).map(({ index }) => index);
        return events.filter(
          ({ type, index }) => type !== 'content_block_delta' || !cells.includes(index),
        );
      },
    },
    caughtBy: ['history.block_changed'],
  },
  // #endregion
  // #region arguments-lost-in-stream
  'arguments-lost-in-stream': {
    conversation: usual.oneCall,
    both: { stream: true },
    wrong: {
      hears: (events) =>
        events.map((event) =>
          startOf('tool_use')(event)
            ? { ...event, content_block: { ...Object(event['content_block']), input: {} } }
            : event,
        ),
    },
    caughtBy: ['history.block_changed', 'reply.different', 'cell.printed'],
  },
  // #endregion
  // #region whole-message-ignored
  'whole-message-ignored': {
    conversation: usual.oneAfterTheOther,
    both: { stream: true },
    wrong: {
      hears: (events) =>
        events.map((event) =>
          event.type === 'message_start'
            ? {
                ...event,
                message: { ...Object(event['message']), content: [], stop_reason: null },
              }
            : event,
        ),
    },
    caughtBy: [
      'cell.abandoned',
      'invariant.answered_once',
      'invariant.finishes',
      'turn.unplayed',
      'calls.different',
    ],
  },
  // #endregion
  // #region blocks-reduced
  'blocks-reduced': {
    conversation: usual.oneCall,
    both: { stream: true },
    wrong: {
      keeps: ({ type, id, name, input, text }) => ({ type, id, name, input, text }),
    },
    caughtBy: ['history.block_changed', 'history.result_missing'],
  },
  // #endregion
  // #region cut-stream-trusted
  'cut-stream-trusted': {
    conversation: faulty.cutStream,
    // Without it half an answer in the history would not lead back to the session.
    both: { stream: true, headers: { 'x-callsheet-session': 'one' } },
    wrong: { cut: (partial) => partial! },
    caughtBy: ['invariant.whole_responses_only', 'invariant.usage_summed_once'],
  },
  // #endregion
} satisfies Record<string, Specimen>;
