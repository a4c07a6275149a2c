import { scenario } from 'callsheet';
import * as loop from '../../../src/probe/conversations/loop.ts';
import * as usual from '../../../src/probe/conversations/usual.ts';
import { CORRECT } from '../agent.ts';
import type { Specimen } from '../specimen.ts';

const isOwn = (tool: object) => 'input_schema' in tool;
const isCodeExecution = (tool: object) =>
  String(Object(tool).type ?? '').startsWith('code_execution_');

const cached = scenario(
  'two turns, cached',
  (claude) => {
    claude.onUser('One?').says('1.');
    claude.onUser('Two?').says('2.');
  },
  { expect: { cache_prefix: 'unbroken' } },
);

export const configuration = {
  // #region unsupported-combination
  'unsupported-combination': {
    conversation: usual.oneCall,
    wrong: {
      tools: ({ task }) =>
        task.tools.map((tool) => (isOwn(tool) ? { ...tool, strict: true } : tool)),
    },
    caughtBy: ['tool.strict_from_code'],
  },
  // #endregion
  // #region callers-not-declared
  'callers-not-declared': {
    conversation: usual.oneCall,
    wrong: {
      tools: ({ task }) => task.tools.map((tool) => ({ ...tool, allowed_callers: undefined })),
    },
    caughtBy: ['tool.not_callable', 'cell.ended', 'calls.different'],
  },
  // #endregion
  // #region hidden-code-execution
  'hidden-code-execution': {
    conversation: loop.searchFromCode,
    both: { tools: ({ task }) => task.tools.filter((tool) => !isCodeExecution(tool)) },
    wrong: {
      container: (known) =>
        known.task.tools.some(isCodeExecution) ? undefined : CORRECT.container(known),
    },
    caughtBy: ['container.required'],
  },
  // #endregion
  // #region cache-lost
  'cache-lost': {
    conversation: { scenario: cached },
    wrong: {
      messages: ({ messages }) =>
        messages.map((message, i) =>
          i < messages.length - 1 && typeof message.content === 'string'
            ? { ...message, content: [{ type: 'text', text: message.content }] }
            : message,
        ),
    },
    caughtBy: ['cache.broken'],
  },
  // #endregion
} satisfies Record<string, Specimen>;
