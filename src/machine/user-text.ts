import type { MessageRequest } from '../protocol/request.ts';
import { blocksOf } from './checks/history.ts';

/** What the user says with a request: all texts of its last message. */
export function userText({ messages }: Pick<MessageRequest, 'messages'>): string {
  const last = messages.at(-1);
  if (last?.role !== 'user') return '';
  return blocksOf(last)
    .map((block) => (block.type === 'text' ? block.text : ''))
    .join('');
}
