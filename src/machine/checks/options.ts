import type { ApiError } from '../../protocol/errors.ts';
import { supportsProgrammaticCalls } from '../../protocol/models.ts';
import { apiRevision } from '../../protocol/revisions/api-version.ts';
import { refusal, type Check, type CheckContext } from './check.ts';
import {
  callableTools,
  declaresCodeExecution,
  isDirect,
  webToolsFromCode,
  type ToolOffer,
} from './tools.ts';

/** There is something to answer. Only a request that continues a thread may bring no messages of its own. */
export const checkMessages: Check = ({ messages }) =>
  messages.length > 0
    ? undefined
    : refusal('request.schema', {
        path: 'messages',
        reason: 'List should have at least 1 item after validation, not 0',
        fix: 'Send at least one message.',
      });

/** The model exists, and can have its tools called from code where they cannot be called otherwise. */
export const checkModel: Check = (request, { models }) => {
  const { model } = request;
  if (models && !models.includes(model)) {
    return refusal(
      'model.unknown',
      { path: 'model', reason: model, fix: 'Ask for a model of the list the fake was given.' },
      'not_found_error',
    );
  }
  const web = webToolsFromCode(request).map(({ tool }) => tool);
  const codeOnly = [...callableTools(request), ...web].filter((tool) => !isDirect(tool));
  if (codeOnly.length === 0 || supportsProgrammaticCalls(model)) return undefined;
  const names = codeOnly.map(({ name }) => name).join(', ');
  return refusal('model.programmatic', {
    reason: `'${model}' does not support programmatic tool calling. The following tools have \`allowed_callers\` that require it: ${names}. Set \`allowed_callers=["direct"]\` on these tools or use another model.`,
    fix: 'Use a model with programmatic tool calling, or add `direct` to `allowed_callers`.',
  });
};

/** A choice names a tool that exists and that Claude may call itself. */
export const checkToolChoice = (
  request: ToolOffer,
  { fidelity }: Pick<CheckContext, 'fidelity'>,
): ApiError | undefined => {
  const { tool_choice: choice, tools = [] } = request;
  if (!choice || choice.type === 'none') return undefined;
  if (choice.type === 'tool') {
    const tool = tools.find(({ name }) => name === choice.name);
    if (!tool) {
      return refusal('tool_choice.unknown', {
        path: 'tool_choice',
        reason: `Tool '${choice.name}' not found in provided tools`,
        fix: 'Name one of the tools of this request.',
      });
    }
    if (!isDirect(tool)) {
      return refusal('tool_choice.code_only', {
        path: 'tool_choice',
        reason: `Tool '${choice.name}' cannot be forced: its \`allowed_callers\` do not include 'direct'.`,
        fix: 'A call from code cannot be forced: use `auto`, or add `direct` to `allowed_callers`.',
      });
    }
  }
  const callable = callableTools(request).length > 0;
  if (!choice.disable_parallel_tool_use || !callable) return undefined;
  if (fidelity.disableParallelToolUse === 'ignored') return undefined;
  return refusal('tool_choice.parallel', {
    path: 'tool_choice.disable_parallel_tool_use',
    reason: '`disable_parallel_tool_use` is not supported with programmatic tool calling.',
    fix: 'Leave it out: the code decides which calls it makes at once.',
  });
};

/** A container is named by its id alone, or with skills, which need a code execution tool to be of use. */
export const checkContainerParam: Check = (request) => {
  const { container } = request;
  if (typeof container !== 'object' || container === null) return undefined;
  if (container.id && !container.skills) {
    return refusal('container.form', {
      path: 'container',
      reason: 'Input should be a valid string',
      fix: 'Send the id itself: `container: "container_…"`.',
    });
  }
  if (declaresCodeExecution(request)) return undefined;
  return refusal('container.skills', {
    path: 'container',
    reason: 'skills can only be used when a code execution tool is enabled',
    fix: 'Add a code execution tool, or leave `container` out.',
  });
};

/** Sampling parameters are in range, and gone since API version 2026-10-21. */
export const checkSampling: Check = (request, { apiVersion }) => {
  for (const name of ['temperature', 'top_p', 'top_k'] as const) {
    const value = request[name];
    if (value === undefined) continue;
    if (!apiRevision(apiVersion).samplingParameters) {
      return refusal('request.sampling_removed', {
        path: name,
        reason: 'Extra inputs are not permitted',
        fix: `API version ${apiVersion} has no \`${name}\`: leave it out.`,
      });
    }
    const outside = name === 'top_k' ? value < 0 : value < 0 || value > 1;
    if (outside) {
      return refusal('request.sampling_range', {
        path: name,
        reason: name === 'top_k' ? 'range: 0..' : 'range: 0..1',
        fix: `Send a \`${name}\` within the range.`,
      });
    }
  }
  return undefined;
};
