import type { MessageRequest } from '../protocol/request.ts';
import type { SessionView } from '../protocol/session-view.ts';
import { parsePattern } from './data/pattern.ts';
import type { ConversationData, MessageData, TurnData } from './data/scenario-data.ts';

/** Says whether a user message is the expected one. */
export type UserPredicate = (message: string, context: MessageContext) => boolean;

/** What a user message came with. */
export interface MessageContext {
  /** The conversation so far. */
  readonly session: SessionView;
  /** The request that brought it; absent where nothing but the message is known. */
  readonly request?: MessageRequest | undefined;
}

/** Whether a turn is for a message. */
export function fitsTurn(turn: TurnData, message: string, context: MessageContext): boolean {
  const { position } = turn;
  if (position !== undefined && position !== context.session.turns.length + 1) return false;
  return fitsMessage(turn, message, context);
}

/** Whether a conversation may begin with a message; its first turn has a say of its own. */
export function fitsConversation(
  conversation: Pick<ConversationData, 'user' | 'match' | 'system'>,
  message: string,
  context: MessageContext,
): boolean {
  const { system } = conversation;
  if (system !== undefined && !fitsText(system, systemOf(context.request))) return false;
  return fitsMessage(conversation, message, context);
}

/** Whether text is the expected one, white space around it aside, or what a pattern such as `/total/i` matches. */
export function fitsText(expected: string, actual: string): boolean {
  const pattern = parsePattern(expected);
  return pattern ? pattern.test(actual) : expected.trim() === actual.trim();
}

/** What a user message has to be, in words: `user: /total/i`, `user: "And the mean?"`, `any user message`. */
export function describeMessage({ user, match }: MessageData): string {
  if (typeof match === 'function') return `user: ${match.name || 'a predicate'}`;
  if (match !== undefined) return `user: ${match}`;
  return user === undefined ? 'any user message' : `user: ${JSON.stringify(user.trim())}`;
}

function fitsMessage(
  { user, match }: MessageData,
  message: string,
  context: MessageContext,
): boolean {
  if (typeof match === 'function') return match(message, context);
  if (match !== undefined) return parsePattern(match)?.test(message) ?? false;
  return user === undefined || user.trim() === message.trim();
}

function systemOf(request: MessageRequest | undefined): string {
  const { system = '' } = request ?? {};
  return typeof system === 'string' ? system : system.map(({ text }) => text).join('\n');
}
