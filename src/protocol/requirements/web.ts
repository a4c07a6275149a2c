import { SDK, row, type Requirement } from './requirement.ts';

/** Web tools that the code of cells calls, and that the API itself answers. */
export const WEB_BEHAVIOURS = {
  'web.nested': row(
    'recorded',
    'May to August 2026',
    'Code that searches or fetches is answered within the response: use and result blocks name the cell as their `caller` and stand before its result. No code execution tool need be declared.',
  ),
  'web.encrypted': row(
    'recorded',
    'July to August 2026',
    'A cell that called web search ends with an `encrypted_code_execution_result`: no stdout, no `abort_reason`, stderr as it is. Later cells are plain again.',
  ),
  'web.returned': row(
    'recorded',
    'May to July 2026',
    'Code gets text: a list of results in JSON for a search, an object for a page, since 20260318 a list of one. Which fields a search has is a guess.',
  ),
  'web.inclusion': row(
    'types',
    `${SDK}; recorded July 2026`,
    '`response_inclusion: "excluded"` (since 20260318) leaves the calls of finished cells out; those of a cell that waits are shown.',
  ),
  'web.usage': row(
    'recorded',
    'August 2026',
    'Calls from code count as `web_search_requests` and `web_fetch_requests`.',
  ),
} satisfies Record<string, Requirement>;
