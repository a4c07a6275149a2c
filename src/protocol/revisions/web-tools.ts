import type { WebTool } from '../web.ts';

/** What differs between versions of the web tools that code can call. */
export interface WebRevision {
  readonly tool: WebTool;
  /** Whether code gets a fetched page as an object, or as a list of one (recorded May and July 2026). */
  readonly fetched: 'object' | 'list';
  /** Whether `response_inclusion` exists. */
  readonly inclusion: boolean;
}

const FETCH = { tool: 'web_fetch', fetched: 'object', inclusion: false } as const;
const SEARCH = { tool: 'web_search', fetched: 'object', inclusion: false } as const;

const REVISIONS: Readonly<Record<string, WebRevision>> = {
  web_fetch_20260209: FETCH,
  web_fetch_20260309: FETCH,
  web_fetch_20260318: { tool: 'web_fetch', fetched: 'list', inclusion: true },
  web_search_20260209: SEARCH,
  web_search_20260318: { tool: 'web_search', fetched: 'list', inclusion: true },
};

/** The revision of a tool's type; undefined when it is no web tool, or an older one that code cannot call. */
export function webRevision(type: string): WebRevision | undefined {
  return Object.hasOwn(REVISIONS, type) ? REVISIONS[type] : undefined;
}
