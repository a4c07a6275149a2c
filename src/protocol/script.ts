import type { MessageRequest } from './request.ts';
import type { SessionView } from './session-view.ts';
import type { Step } from './step.ts';
import type { WebAnswer, WebCall } from './web.ts';

/**
 * What Claude says or runs next: a scenario, a cassette, a generated conversation.
 *
 * A script keeps no state of its own: it reads the session, whose state is a fold over its transcript. So a session
 * can be forked or restored without the script noticing.
 */
export interface Script {
  /** The scripted turn that answers a new user message, or why none does. `request` is what brought the message. */
  answer(
    message: string,
    session: SessionView,
    request?: MessageRequest,
  ): ScriptAnswer | Promise<ScriptAnswer>;
  /** The next step of the turn being played. Asked until it says `stop` or pauses for the client. */
  next(session: SessionView): Step | Promise<Step>;
  /** What the web answers to code that searches or fetches. Absent, or undefined: the script has no web. */
  web?(call: WebCall, session: SessionView): WebAnswer | undefined | Promise<WebAnswer | undefined>;
  /** How long a tool takes to answer, in virtual milliseconds, where no schedule says it. Absent, or undefined: no time. */
  takes?(tool: string, session: SessionView): number | undefined;
}

export type ScriptAnswer = { readonly turn: string } | { readonly unexpected: string };
