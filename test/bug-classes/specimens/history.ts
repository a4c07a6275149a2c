import { scenario } from 'callsheet';
import * as loop from '../../../src/probe/conversations/loop.ts';
import * as usual from '../../../src/probe/conversations/usual.ts';
import type { Specimen } from '../specimen.ts';

const leftBehind = scenario('a paused turn left behind', (claude) => {
  claude
    .onUser('How much is 6 times 7?')
    .says('I will compute it.')
    .pauses((response) => response.runs('print(6 * 7)'))
    .says('42.');
  claude
    .onUser(/Never mind/)
    .optional()
    .says('As you like.');
});

const talk = scenario(
  'a talk',
  (claude) => {
    claude.onUser('Which currency has Germany?').calls('ask', {}).says('EUR.');
  },
  { tools: { ask: { returns: 'EUR', allowed_callers: ['direct'] } } },
);

export const history = {
  // #region caller-dropped
  'caller-dropped': {
    conversation: usual.oneCall,
    wrong: { keeps: (block) => ({ ...block, caller: undefined }) },
    caughtBy: ['history.block_changed', 'history.result_missing'],
  },
  // #endregion
  // #region caller-not-allowed
  'caller-not-allowed': {
    conversation: { scenario: talk, fake: { fidelity: { callerField: 'unknown' } } },
    wrong: {
      keeps: (block) =>
        block['type'] === 'tool_use' ? { ...block, caller: { type: 'direct' } } : block,
    },
    caughtBy: ['history.caller_unknown'],
  },
  // #endregion
  // #region result-dropped
  'result-dropped': {
    conversation: usual.secondTurn,
    wrong: {
      keeps: (block) => (block['type'] === 'code_execution_tool_result' ? undefined : block),
    },
    caughtBy: ['history.result_missing'],
  },
  // #endregion
  // #region server-tool-renamed
  'server-tool-renamed': {
    conversation: usual.oneCall,
    wrong: {
      keeps: (block) =>
        block['type'] === 'server_tool_use' ? { ...block, type: 'tool_use' } : block,
    },
    caughtBy: ['reply.missing', 'history.caller_not_found', 'history.block_dropped'],
  },
  // #endregion
  // #region unknown-result-dropped
  'unknown-result-dropped': {
    conversation: loop.searchFromCode,
    wrong: {
      keeps: (block) =>
        Object(block['content']).type === 'encrypted_code_execution_result' ? undefined : block,
    },
    caughtBy: ['history.block_dropped', 'history.result_missing'],
  },
  // #endregion
  // #region result-retyped
  'result-retyped': {
    conversation: usual.secondTurn,
    wrong: {
      keeps: (block) =>
        block['type'] === 'code_execution_tool_result'
          ? {
              ...block,
              content: { type: 'code_execution_tool_result_error', error_code: 'unavailable' },
            }
          : block,
    },
    caughtBy: ['history.block_changed'],
  },
  // #endregion
  // #region response-field-echoed
  'response-field-echoed': {
    conversation: usual.oneCall,
    wrong: { keeps: (block, { content }) => ({ ...block, index: content.indexOf(block) }) },
    caughtBy: ['request.schema'],
  },
  // #endregion
  // #region paused-turn-split
  'paused-turn-split': {
    conversation: { scenario: leftBehind },
    wrong: {
      resumes: ({ messages }) => {
        messages.push({ role: 'user', content: 'Never mind.' });
      },
    },
    caughtBy: ['history.result_missing', 'turn.unplayed'],
  },
  // #endregion
  // #region pending-cell-dropped
  'pending-cell-dropped': {
    conversation: usual.oneCall,
    wrong: { keeps: (block) => (block['type'] === 'server_tool_use' ? undefined : block) },
    caughtBy: ['history.caller_not_found', 'history.cell_dropped', 'history.block_dropped'],
  },
  // #endregion
} satisfies Record<string, Specimen>;
