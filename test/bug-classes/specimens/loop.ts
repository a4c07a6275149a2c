import * as faulty from '../../../src/probe/conversations/faulty.ts';
import * as loops from '../../../src/probe/conversations/loop.ts';
import { CORRECT } from '../agent.ts';
import type { Specimen } from '../specimen.ts';

const LIMIT = 10;

export const loop = {
  // #region pause-turn-ended
  'pause-turn-ended': {
    conversation: loops.pausedTurn,
    wrong: { goesOn: ({ stop_reason }) => stop_reason === 'tool_use' },
    caughtBy: ['turn.abandoned', 'invariant.finishes', 'turn.unplayed', 'calls.different'],
  },
  // #endregion
  // #region endless-loop
  'endless-loop': {
    conversation: faulty.failedService,
    wrong: {
      goesOn: (message, known) => {
        const hasFailed = message.content.some(
          ({ content }) => Object(content).type === 'code_execution_tool_result_error',
        );
        if (hasFailed) {
          known.messages.pop();
          known.responses.pop();
        }
        return hasFailed || CORRECT.goesOn(message, known);
      },
    },
    caughtBy: ['invariant.ends_within'],
  },
  // #endregion
  // #region resumes-counted
  'resumes-counted': {
    conversation: loops.manyCalls,
    wrong: {
      goesOn: (message, known) => known.responses.length < LIMIT && CORRECT.goesOn(message, known),
    },
    right: {
      goesOn: (message, known) =>
        known.responses.filter(({ usage }) => Number(usage['output_tokens']) > 0).length < LIMIT &&
        CORRECT.goesOn(message, known),
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
  // #region usage-miscounted
  'usage-miscounted': {
    conversation: loops.pausedTurn,
    wrong: { costs: (responses, key) => Number(responses.at(-1)?.usage[key]) },
    caughtBy: ['invariant.usage_summed_once'],
  },
  // #endregion
  // #region thread-not-replayed
  'thread-not-replayed': {
    conversation: faulty.threadExpired,
    both: {
      headers: { 'anthropic-beta': 'message-threads-2026-08-12' },
      options: (known) => {
        const { thread } = known;
        return thread
          ? { thread: { type: 'continue', previous_message_id: thread.id }, tools: undefined }
          : { thread: { type: 'create' } };
      },
      messages: ({ messages, thread }) => messages.slice(thread?.covers),
    },
    wrong: {
      mends: (problem) => {
        throw problem;
      },
    },
    caughtBy: ['agent.failed', 'turn.unplayed'],
  },
  // #endregion
} satisfies Record<string, Specimen>;
