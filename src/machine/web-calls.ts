import { hash } from 'node:crypto';
import type {
  Caller,
  CodeExecutionError,
  CodeExecutionResult,
  CodeExecutionToolResultBlock,
  ContentBlock,
} from '../protocol/blocks.ts';
import type { CallAnswer, CellCall } from '../protocol/sandbox.ts';
import type { Script } from '../protocol/script.ts';
import type { SessionView } from '../protocol/session-view.ts';
import type { WebRevision } from '../protocol/revisions/web-tools.ts';
import {
  WEB_TOOLS,
  type WebAnswer,
  type WebFetchError,
  type WebFetchResult,
  type WebTool,
} from '../protocol/web.ts';
import type { VirtualClock } from '../transcript/clock.ts';
import type { EventInput } from '../transcript/events.ts';
import type { IdSource } from '../transcript/ids.ts';
import { type OfferedWebTool, webToolsFromCode } from './checks/tools.ts';
import { pythonJson } from './python-json.ts';
import type { ResponseDraft } from './response-draft.ts';

/** Answers calls of web tools that the code of cells makes, as the API does: within the response, without the client. */
export interface WebCalls {
  /** Whether a call is one of those. */
  isWeb(call: CellCall, draft: ResponseDraft): boolean;
  /** Answers a call; it and its result go into the response. */
  answer(call: CellCall, caller: CodeCaller, draft: ResponseDraft): Promise<CallAnswer>;
  /**
   * What the client gets to see of a cell that has ended: of one that searched no stdout; and of tools with
   * `response_inclusion: "excluded"` no calls, as far as no earlier response has shown them.
   */
  conclude(cell: string, content: CellContent, draft: ResponseDraft): ShownContent;
}

type ShownContent = CodeExecutionToolResultBlock['content'];
type CellContent = CodeExecutionResult | CodeExecutionError;

/** The code of a cell. */
export type CodeCaller = Exclude<Caller, { type: 'direct' }>;

export interface WebCallsOptions {
  readonly script: Script;
  readonly view: SessionView;
  readonly clock: VirtualClock;
  readonly ids: IdSource;
  readonly record: (event: EventInput) => void;
}

export function createWebCalls({ script, view, clock, ids, record }: WebCallsOptions): WebCalls {
  async function ask(tool: WebTool, input: CellCall['input']): Promise<WebAnswer> {
    const answer = await script.web?.({ tool, input }, view);
    if (answer) return answer;
    throw new Error(
      `Code called ${tool}(${JSON.stringify(input)}), and the script has no web. Give the scenario a \`web\`: the pages there are.`,
    );
  }

  const searched = new Set<string>();

  return {
    isWeb: ({ name }, draft) => offered(draft, name) !== undefined,
    async answer({ key, name, input }, caller, draft) {
      const tool = WEB_TOOLS.find((each) => each === name);
      const revision = offered(draft, name)?.revision;
      if (!tool || !revision) throw new Error(`${name} is no web tool of this request.`);
      const answer = await ask(tool, input);
      const id = ids.next('serverToolUse');
      record({ type: 'web.called', call: id, cell: caller.tool_id, tool, input, answer });
      draft.web[tool]++;
      if (tool === 'web_search') searched.add(caller.tool_id);
      const now = clock.timestamp(clock.now);
      draft.content.push(
        { type: 'server_tool_use', id, name: tool, input, caller },
        resultBlock(tool, answer, { id, caller, now }),
      );
      const seen = seenByCode(tool, answer, now, revision.fetched);
      return { key, content: pythonJson(seen) };
    },
    conclude(cell, content, draft) {
      leaveOut(cell, excludedTools(draft), draft.content);
      if (!searched.delete(cell) || content.type !== 'code_execution_result') return content;
      const { stdout, stderr, return_code, content: files } = content;
      const type = 'encrypted_code_execution_result';
      const encrypted_stdout = encrypted(cell, stdout);
      return { type, encrypted_stdout, stderr, return_code, content: files };
    },
  };
}

function offered({ request }: ResponseDraft, name: string): OfferedWebTool | undefined {
  return webToolsFromCode(request).find(({ revision }) => revision.tool === name);
}

function excludedTools({ request }: ResponseDraft): ReadonlySet<string> {
  return new Set(
    webToolsFromCode(request).flatMap(({ tool, revision }) =>
      revision.inclusion && Reflect.get(tool, 'response_inclusion') === 'excluded'
        ? [revision.tool]
        : [],
    ),
  );
}

/** Takes the calls that a cell made of some tools, and their results, out of a response. */
function leaveOut(cell: string, tools: ReadonlySet<string>, content: ContentBlock[]): void {
  const ofCell = content.filter((block) => 'caller' in block && isFrom(cell, block.caller));
  const uses = ofCell.flatMap((block) =>
    block.type === 'server_tool_use' && tools.has(block.name) ? [block.id] : [],
  );
  const kept = content.filter((block) => {
    if (block.type === 'server_tool_use') return !uses.includes(block.id);
    return !('tool_use_id' in block && uses.includes(block.tool_use_id));
  });
  content.splice(0, content.length, ...kept);
}

function isFrom(cell: string, caller: Caller | undefined): boolean {
  return caller !== undefined && caller.type !== 'direct' && caller.tool_id === cell;
}

/** Base64 that looks like what the API encrypts, and tells nothing of it. */
function encrypted(id: string, text: string): string {
  const digests = [1, 2, 3].map((n) => hash('sha512', JSON.stringify([id, n, text]), 'buffer'));
  return Buffer.concat([Buffer.of(0x12, 0xaa, 0x01), ...digests]).toString('base64');
}

function resultBlock(
  tool: WebTool,
  answer: WebAnswer,
  { id, caller, now }: { readonly id: string; readonly caller: CodeCaller; readonly now: string },
): ContentBlock {
  if (tool === 'web_fetch') {
    const content = fetchResult(answer, now);
    return { type: 'web_fetch_tool_result', tool_use_id: id, content, caller };
  }
  const content =
    'error_code' in answer
      ? searchError(answer.error_code)
      : answer.pages.map(({ url, title, content: text }) => ({
          type: 'web_search_result' as const,
          title,
          url,
          encrypted_content: encrypted(`${id}/${url}`, text),
          page_age: null,
        }));
  return { type: 'web_search_tool_result', tool_use_id: id, content, caller };
}

function fetchResult(answer: WebAnswer, retrieved_at: string): WebFetchResult | WebFetchError {
  if ('error_code' in answer) return fetchError(answer.error_code);
  const [page] = answer.pages;
  if (!page) return fetchError('url_not_accessible');
  const { url, title, content } = page;
  const source = { type: 'text', media_type: 'text/plain', data: content } as const;
  const document = { type: 'document', source, title } as const;
  return { type: 'web_fetch_result', url, retrieved_at, content: document };
}

/** What the call returns in Python, before it is JSON: a search a list, a fetched page what its version says. */
function seenByCode(
  tool: WebTool,
  answer: WebAnswer,
  now: string,
  fetched: WebRevision['fetched'],
): unknown {
  if (tool === 'web_search') {
    if ('error_code' in answer) return searchError(answer.error_code);
    return answer.pages.map(({ url, title, content }) => {
      return { type: 'web_search_result', title, url, page_age: null, content };
    });
  }
  const result = fetchResult(answer, now);
  if (fetched === 'object') return result;
  if (result.type === 'web_fetch_tool_result_error') return [result];
  const { title, source } = result.content;
  return [{ type: result.type, url: result.url, title, content: source.data }];
}

function searchError<Code extends string>(error_code: Code) {
  return { type: 'web_search_tool_result_error' as const, error_code };
}

function fetchError(error_code: WebFetchError['error_code']): WebFetchError {
  return { type: 'web_fetch_tool_result_error', error_code };
}
