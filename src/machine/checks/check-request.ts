import type { ApiError } from '../../protocol/errors.ts';
import type { MessageRequest } from '../../protocol/request.ts';
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
  for (const check of CHECKS) {
    const broken = check(request, context);
    if (broken && !context.ignoredRules?.has(broken.broken?.rule ?? '')) return broken;
  }
  return undefined;
}
