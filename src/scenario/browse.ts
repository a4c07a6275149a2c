import type { WebAnswer, WebCall } from '../protocol/web.ts';
import { parsePattern } from './data/pattern.ts';
import type { WebPageData } from './data/web-page-data.ts';

/** Answers a search or a fetch from a scenario's web. What is not in it does not exist. */
export function browse(web: readonly WebPageData[], { tool, input }: WebCall): WebAnswer {
  const asked = input[tool === 'web_search' ? 'query' : 'url'];
  if (typeof asked !== 'string') return { error_code: 'invalid_tool_input' };
  if (tool === 'web_search') {
    return { pages: web.filter(({ found }) => isFound(found, asked)).map(toPage) };
  }
  return { pages: web.filter(({ url }) => url === asked).map(toPage) };
}

function isFound(found: string | undefined, query: string): boolean {
  if (found === undefined) return true;
  return parsePattern(found)?.test(query) ?? found.trim() === query.trim();
}

function toPage({ url, title, content }: WebPageData) {
  return { url, title, content };
}
