import {
  blockId,
  isServerToolResult,
  type ContentBlockParam,
  type ServerToolUseBlockParam,
  type ToolResultBlockParam,
  type ToolUseBlockParam,
} from '../../protocol/block-params.ts';
import { ServerToolName } from '../../protocol/blocks.ts';
import type { ApiError } from '../../protocol/errors.ts';
import type { MessageParam, MessageRequest } from '../../protocol/request.ts';
import { refusal, type Check } from './check.ts';
import { declaresCodeExecution, offersCells } from './tools.ts';

/** The blocks of a message, text as a block. */
export function blocksOf({ content }: MessageParam): readonly ContentBlockParam[] {
  return typeof content === 'string' ? [{ type: 'text', text: content }] : content;
}

const isToolUse = (block: ContentBlockParam): block is ToolUseBlockParam =>
  block.type === 'tool_use';
const isToolResult = (block: ContentBlockParam): block is ToolResultBlockParam =>
  block.type === 'tool_result';
const isServerToolUse = (block: ContentBlockParam): block is ServerToolUseBlockParam =>
  block.type === 'server_tool_use';

/** Every client tool use is answered in the next message, once, by results that come first and answer nothing else. */
export const checkToolResults: Check = ({ messages }) => {
  const seen = new Set<string>();
  for (const index of messages.keys()) {
    const broken =
      checkResults(messages, index) ??
      checkAnswered(messages, index - 1) ??
      checkUnique(messages, index, seen);
    if (broken) return broken;
  }
  return checkAnswered(messages, messages.length - 1);
};

function checkUnique(
  messages: readonly MessageParam[],
  index: number,
  seen: Set<string>,
): ApiError | undefined {
  for (const [position, block] of blocksOf(messages[index]!).entries()) {
    const id = blockId(block);
    if (id === undefined) continue;
    if (seen.has(id)) return duplicateUse(`messages.${index}.content.${position}`);
    seen.add(id);
  }
  return undefined;
}

function checkAnswered(messages: readonly MessageParam[], index: number): ApiError | undefined {
  const message = messages[index];
  if (message?.role !== 'assistant') return undefined;
  const next = messages[index + 1];
  const answered = new Set(next ? leadingResults(next).map((block) => block.tool_use_id) : []);
  const missing = blocksOf(message)
    .filter(isToolUse)
    .filter(({ id }) => !answered.has(id));
  return missing.length > 0
    ? missingResults(
        index,
        missing.map(({ id }) => id),
      )
    : undefined;
}

/** Results answer a use only before any other content. */
function leadingResults(message: MessageParam): ToolResultBlockParam[] {
  if (message.role !== 'user') return [];
  const blocks = blocksOf(message);
  const other = blocks.findIndex((block) => !isToolResult(block));
  return blocks.slice(0, other === -1 ? undefined : other).filter(isToolResult);
}

function checkResults(messages: readonly MessageParam[], index: number): ApiError | undefined {
  const before = messages[index - 1];
  const uses = new Set(
    before?.role === 'assistant'
      ? blocksOf(before)
          .filter(isToolUse)
          .map(({ id }) => id)
      : [],
  );
  const answered = new Set<string>();
  for (const [position, block] of blocksOf(messages[index]!).entries()) {
    if (!isToolResult(block)) continue;
    const path = `messages.${index}.content.${position}`;
    if (!uses.has(block.tool_use_id)) return unexpectedResult(path, block.tool_use_id);
    if (answered.has(block.tool_use_id)) return duplicateResult(path, block.tool_use_id);
    answered.add(block.tool_use_id);
  }
  return undefined;
}

/** Every server tool use has its result, except those a paused turn is still waiting for; and no result stands alone. */
export const checkServerToolResults: Check = (request) => {
  const { messages } = request;
  const uses = new Set<string>();
  for (const [index, message] of messages.entries()) {
    // Where a block stands inside its message is not checked strictly.
    for (const use of blocksOf(message).filter(isServerToolUse)) uses.add(use.id);
    for (const [position, block] of blocksOf(message).entries()) {
      const path = `messages.${index}.content.${position}`;
      if (isServerToolResult(block) && !uses.has(block.tool_use_id)) {
        return resultWithoutUse(path, block.type, block.tool_use_id);
      }
      if (isToolUse(block) && block.caller?.tool_id && !uses.has(block.caller.tool_id)) {
        return callerNotFound(path, block.caller.tool_id, block.id);
      }
    }
  }
  const waiting = waitingUses(messages);
  for (const { use, index } of unfinishedUses(messages)) {
    if (!waiting.has(use.id)) return resultMissing(index, use, '');
    if (isCodeExecution(use.name) && !canResume(request)) {
      return resultMissing(index, use, `, but no \`${use.name}\` tool was provided`);
    }
  }
  return undefined;
};

/** Server tool uses without a result, and the message each is in. */
export function unfinishedUses(
  messages: readonly MessageParam[],
): { readonly use: ServerToolUseBlockParam; readonly index: number }[] {
  const blocks = messages.flatMap((message, index) =>
    blocksOf(message).map((block) => ({ block, index })),
  );
  const finished = new Set(
    blocks.flatMap(({ block }) => (isServerToolResult(block) ? [block.tool_use_id] : [])),
  );
  return blocks.flatMap(({ block, index }) =>
    isServerToolUse(block) && !finished.has(block.id) ? [{ use: block, index }] : [],
  );
}

/**
 * Ids of the server tool uses that may lack a result: those of a paused turn that is sent back as it is, and those for
 * which the last message brings the answers of the client, and nothing else.
 */
function waitingUses(messages: readonly MessageParam[]): Set<string> {
  const last = messages.at(-1);
  if (!last) return new Set();
  if (last.role === 'assistant')
    return new Set(
      blocksOf(last)
        .filter(isServerToolUse)
        .map(({ id }) => id),
    );
  const before = messages.at(-2);
  if (before?.role !== 'assistant' || !blocksOf(last).every(isToolResult)) return new Set();
  const uses = blocksOf(before).filter(isToolUse);
  const callers = new Set(uses.flatMap(({ caller }) => caller?.tool_id ?? []));
  const hasDirect = uses.some(({ caller }) => caller?.tool_id === undefined);
  // With a cell wait all that were started together with it; beside direct calls all of their response.
  return new Set(
    messages.flatMap((message) => {
      const ids = blocksOf(message)
        .filter(isServerToolUse)
        .map(({ id }) => id);
      const waits = (message === before && hasDirect) || ids.some((id) => callers.has(id));
      return waits ? ids : [];
    }),
  );
}

function isCodeExecution(name: string): boolean {
  return ServerToolName.safeParse(name).success;
}

function canResume(request: MessageRequest): boolean {
  return declaresCodeExecution(request) || offersCells(request);
}

/** Where programmatic tool calling is not known, nothing has a `caller`. */
export const checkCallers: Check = ({ messages }, { fidelity }) => {
  if (fidelity.callerField === 'known') return undefined;
  for (const [index, message] of messages.entries()) {
    const position = blocksOf(message).findIndex((block) => isToolUse(block) && block.caller);
    if (position === -1) continue;
    return refusal('history.caller_unknown', {
      path: `messages.${index}.content.${position}.tool_use.caller`,
      reason: 'Extra inputs are not permitted',
      fix: 'Send a `caller` only where a response had one.',
    });
  }
  return undefined;
};

/** A call from code is answered with text; other content cannot reach the code. */
export const checkProgrammaticResults: Check = ({ messages }) => {
  const fromCode = new Set<string>();
  for (const [index, message] of messages.entries()) {
    for (const [position, block] of blocksOf(message).entries()) {
      if (isToolUse(block) && block.caller?.tool_id) fromCode.add(block.id);
      if (!isToolResult(block) || !fromCode.has(block.tool_use_id)) continue;
      if (typeof block.content === 'string') continue;
      const other = block.content?.findIndex(({ type }) => type !== 'text') ?? -1;
      if (other === -1) continue;
      return refusal('reply.text_only', {
        path: `messages.${index}.content.${position}.tool_result.content.${other}`,
        reason: `Only \`text\` blocks are supported in \`tool_result\` blocks for programmatic tool calls, got \`${block.content?.[other]?.type}\`.`,
        fix: 'Answer a call from code with a string, or with text blocks.',
      });
    }
  }
  return undefined;
};

function missingResults(index: number, ids: readonly string[]): ApiError {
  return refusal('reply.missing', {
    path: `messages.${index}`,
    reason: `\`tool_use\` ids were found without \`tool_result\` blocks immediately after: ${ids.join(', ')}. Each \`tool_use\` block must have a corresponding \`tool_result\` block in the next message.`,
    fix: 'Answer every `tool_use` of a response in the next user message, results first.',
  });
}

function unexpectedResult(path: string, id: string): ApiError {
  return refusal('reply.unexpected', {
    path,
    reason: `unexpected \`tool_use_id\` found in \`tool_result\` blocks: ${id}. Each \`tool_result\` block must have a corresponding \`tool_use\` block in the previous message.`,
    fix: 'Answer only `tool_use` blocks of the response just before; server tools answer themselves.',
  });
}

function duplicateResult(path: string, id: string): ApiError {
  return refusal('reply.duplicate', {
    path,
    reason: `each tool_use must have a single result. Found multiple \`tool_result\` blocks with id: ${id}`,
    fix: 'Answer each `tool_use` once.',
  });
}

function duplicateUse(path: string): ApiError {
  return refusal('history.duplicate_use', {
    path,
    reason: '`tool_use` ids must be unique',
    fix: 'Send each response back once.',
  });
}

/** The name of the result block that a server tool's use calls for. */
function resultType(name: string): string {
  return name.startsWith('tool_search_tool') ? 'tool_search_tool_result' : `${name}_tool_result`;
}

function resultMissing(index: number, use: ServerToolUseBlockParam, tail: string): ApiError {
  return refusal('history.result_missing', {
    path: `messages.${index}`,
    reason: `\`${use.name}\` tool use with id \`${use.id}\` was found without a corresponding \`${resultType(use.name)}\` block${tail}`,
    fix: 'Send responses back whole. While a cell waits, answer its calls with `tool_result` blocks and nothing else, and keep the `caller` of each `tool_use`.',
  });
}

function resultWithoutUse(path: string, type: string, id: string): ApiError {
  return refusal('history.use_missing', {
    path,
    reason: `unexpected \`tool_use_id\` found in \`${type}\` blocks: ${id}. Each \`${type}\` block must have a corresponding \`server_tool_use\` block before it.`,
    fix: 'Send responses back whole: a result needs the `server_tool_use` it belongs to.',
  });
}

function callerNotFound(path: string, cell: string, call: string): ApiError {
  return refusal('history.caller_not_found', {
    path,
    namesPath: false,
    reason: `source tool \`${cell}\` not found for tool use block \`${call}\``,
    fix: 'Keep the `server_tool_use` that made this call in the history.',
  });
}
