import type { Script } from '../protocol/script.ts';
import { type WebAnswer, type WebCall, WebFetchResult, WebSearchResult } from '../protocol/web.ts';
import { isJsonObject, type WireMessage } from '../protocol/wire-message.ts';
import { turnSteps } from './turn-steps.ts';

/** What is left to do when everything recorded was done: nothing. */
const STOP = { type: 'stop', stop_reason: 'end_turn' } as const;

/** Has Claude do again what some messages of one conversation tell of, turn by turn, whatever the user says. */
export function recordedScript(messages: readonly WireMessage[]): Script {
  const turns = turnSteps(messages);
  return {
    answer: (_, { turns }) => ({ turn: String(turns.length) }),
    next({ turns: played }) {
      const { scripted, steps } = played.at(-1)!;
      return turns[Number(scripted)]?.[steps] ?? STOP;
    },
    web: (call) => webAnswer(call, messages),
  };
}

function webAnswer({ tool, input }: WebCall, messages: readonly WireMessage[]): WebAnswer {
  const blocks = messages.flatMap(({ content }) => content);
  const json = JSON.stringify(input);
  const use = blocks.find(
    ({ type, name, input: recorded }) =>
      type === 'server_tool_use' && name === tool && JSON.stringify(recorded) === json,
  );
  const result = blocks.find((block) => use && block['tool_use_id'] === use['id']);
  const content = result?.['content'];
  if (Array.isArray(content)) {
    const found = content.flatMap((each) => WebSearchResult.safeParse(each).data ?? []);
    return { pages: found.map(({ url, title }) => ({ url, title, content: '' })) };
  }
  const { data: page } = WebFetchResult.safeParse(content);
  if (page) {
    const { title, source } = page.content;
    return { pages: [{ url: page.url, title, content: source.data }] };
  }
  const code = isJsonObject(content) ? content['error_code'] : undefined;
  // A page that is not there is none of the other failures.
  const isMissing = code === undefined || code === 'url_not_accessible';
  return isMissing ? { pages: [] } : { error_code: 'unavailable' };
}
