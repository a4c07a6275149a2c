import * as z from 'zod';
import { isJsonObject } from '../../protocol/wire-message.ts';
import type { TranscriptEvent } from '../../transcript/events.ts';

/** Blocks of user messages that a scenario says. */
const SAID = new Set<unknown>(['text', 'tool_result']);
/** Tools of the server that a scenario can have Claude use. */
const USED = new Set<unknown>([
  'code_execution',
  'bash_code_execution',
  'text_editor_code_execution',
]);

const Messages = z.object({
  messages: z.array(z.object({ role: z.string(), content: z.unknown() })),
});

/** Tells what of a recorded session no scenario can say: what came before it, attachments, other tools of the server. */
export function remarkLeftOut(
  events: readonly TranscriptEvent[],
  remark: (what: string) => void,
): void {
  const requests = events.flatMap((event) =>
    event.type === 'request.received' ? (Messages.safeParse(event.body).data ?? []) : [],
  );
  const before = (requests[0]?.messages.length ?? 1) - 1;
  if (before > 0) remark(`what was said before the first request (${before} messages)`);
  for (const { role, content } of requests.flatMap(({ messages }) => messages)) {
    for (const { type } of role === 'user' ? blocksIn(content) : []) {
      if (!SAID.has(type)) remark(`what the user attached (${String(type)})`);
    }
  }
  const known = new Set<unknown>(
    events.flatMap((event) => (event.type === 'web.called' ? [event.call] : [])),
  );
  for (const event of events) {
    if (event.type !== 'response.sent') continue;
    for (const { type, id, name, caller } of blocksIn(Reflect.get(event.body, 'content'))) {
      if (type !== 'server_tool_use' || USED.has(name) || known.has(id)) continue;
      const who = isJsonObject(caller) && caller['type'] !== 'direct' ? 'code' : 'Claude';
      remark(`what ${who} did with ${String(name)}`);
    }
  }
  if (!isFinished(events)) remark('the end of the last turn: the recording ends before it');
}

/** Whether the last turn came to its end. */
export function isFinished(events: readonly TranscriptEvent[]): boolean {
  const last = events.findLast(({ type }) => type === 'turn.started' || type === 'turn.finished');
  return last?.type === 'turn.finished';
}

function blocksIn(content: unknown): readonly Record<string, unknown>[] {
  return Array.isArray(content) ? content.filter(isJsonObject) : [];
}
