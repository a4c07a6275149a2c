import type { ApiError } from '../../protocol/errors.ts';
import type { MessageParam, MessageRequest } from '../../protocol/request.ts';
import type { Check, CheckContext } from './check.ts';
import {
  checkCallers,
  checkProgrammaticResults,
  checkServerToolResults,
  checkToolResults,
} from './history.ts';
import {
  checkContainerParam,
  checkMessages,
  checkModel,
  checkSampling,
  checkToolChoice,
} from './options.ts';
import { checkAttachments, checkTools } from './tools.ts';

/** Those that look at blocks other than text: most messages have none. */
const OF_BLOCKS: ReadonlySet<Check> = new Set([
  checkCallers,
  checkAttachments,
  checkToolResults,
  checkServerToolResults,
  checkProgrammaticResults,
]);

/** In the order in which the first broken rule is reported; the real order is not known in full. */
const CHECKS: readonly Check[] = [
  checkMessages,
  checkCallers,
  checkSampling,
  checkModel,
  checkTools,
  checkAttachments,
  checkToolChoice,
  checkContainerParam,
  checkToolResults,
  checkServerToolResults,
  checkProgrammaticResults,
];

/** The first rule a request breaks by itself, whatever its session. */
export function checkRequest(request: MessageRequest, context: CheckContext): ApiError | undefined {
  const isText = request.messages.every(hasOnlyText);
  for (const check of CHECKS) {
    if (isText && OF_BLOCKS.has(check)) continue;
    const broken = check(request, context);
    if (broken && !context.ignoredRules?.has(broken.broken?.rule ?? '')) return broken;
  }
  return undefined;
}

function hasOnlyText({ content }: MessageParam): boolean {
  return typeof content === 'string' || content.every(({ type }) => type === 'text');
}
