import * as faulty from '../../../src/probe/conversations/faulty.ts';
import * as loop from '../../../src/probe/conversations/loop.ts';
import * as usual from '../../../src/probe/conversations/usual.ts';
import { containerOf, CORRECT } from '../agent.ts';
import type { Specimen } from '../specimen.ts';

export const container = {
  // #region container-not-forwarded
  'container-not-forwarded': {
    conversation: usual.oneCall,
    wrong: { container: () => undefined },
    caughtBy: ['container.required'],
  },
  // #endregion
  // #region container-on-one-path
  'container-on-one-path': {
    conversation: loop.pausedTurn,
    wrong: {
      container: (known) =>
        known.responses.at(-1)?.['stop_reason'] === 'tool_use'
          ? CORRECT.container(known)
          : undefined,
    },
    caughtBy: ['container.required'],
  },
  // #endregion
  // #region container-lost-in-stream
  'container-lost-in-stream': {
    conversation: usual.oneCall,
    both: { stream: true },
    wrong: {
      hears: (events) =>
        events.map((event) =>
          event.type === 'message_delta'
            ? { ...event, delta: { ...Object(event['delta']), container: undefined } }
            : event,
        ),
    },
    caughtBy: ['container.required'],
  },
  // #endregion
  // #region container-wrong-shape
  'container-wrong-shape': {
    conversation: usual.oneCall,
    wrong: {
      container: (known) => {
        const id = CORRECT.container(known);
        return id && { id };
      },
    },
    caughtBy: ['container.form'],
  },
  // #endregion
  // #region expired-container-resent
  'expired-container-resent': {
    conversation: faulty.containerExpired,
    wrong: {
      mends: (problem, _known, attempt) => {
        if (attempt === 3) throw problem;
      },
    },
    caughtBy: ['container.expired'],
  },
  // #endregion
  // #region container-change-missed
  'container-change-missed': {
    conversation: faulty.containerReplaced,
    wrong: {
      container: ({ responses }) => responses.map(containerOf).find((id) => id !== undefined),
    },
    caughtBy: ['container.expired', 'cell.ended'],
  },
  // #endregion
} satisfies Record<string, Specimen>;
