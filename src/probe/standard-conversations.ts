import type { ProbeConversation } from './conversation.ts';
import * as faulty from './conversations/faulty.ts';
import * as loop from './conversations/loop.ts';
import * as usual from './conversations/usual.ts';

/** What every client has to get right: one thing a conversation, and then all of it; at last what goes wrong by itself. */
export const STANDARD_CONVERSATIONS: readonly ProbeConversation[] = [
  usual.oneCall,
  usual.oneAfterTheOther,
  usual.parallel,
  usual.failingTool,
  usual.failingCell,
  usual.secondTurn,
  usual.directCall,
  loop.callBetweenCells,
  loop.pausedTurn,
  loop.manyCalls,
  loop.endlessCell,
  loop.searchFromCode,
  usual.weeklyReport,
  faulty.containerExpired,
  faulty.containerReplaced,
  faulty.failedService,
  faulty.lostResponse,
  faulty.cutStream,
  faulty.threadExpired,
];
