import * as z from 'zod';

/** The web as code in a cell sees it: what `web_search` and `web_fetch` answer to it. */

export const WEB_TOOLS = ['web_search', 'web_fetch'] as const;
export type WebTool = (typeof WEB_TOOLS)[number];

/** A call of one of the web tools by the code of a cell. The API itself answers it. */
export interface WebCall {
  readonly tool: WebTool;
  readonly input: Readonly<Record<string, unknown>>;
}

export const WebPage = z.object({
  url: z.string(),
  title: z.string(),
  /** Its text. */
  content: z.string(),
});
export type WebPage = z.infer<typeof WebPage>;

/** Why either tool gives nothing. */
const WebErrorCode = z.enum([
  'invalid_tool_input',
  'unavailable',
  'max_uses_exceeded',
  'too_many_requests',
]);

/**
 * What the web answers: the pages that a search found, or the one that was fetched (none: it is not accessible); or why the
 * tool failed.
 */
export const WebAnswer = z.union([
  z.object({ pages: z.array(WebPage).readonly() }),
  z.object({ error_code: WebErrorCode }),
]);
export type WebAnswer = z.infer<typeof WebAnswer>;

export const WebSearchError = z.object({
  type: z.literal('web_search_tool_result_error'),
  error_code: WebErrorCode,
});

export const WebFetchError = z.object({
  type: z.literal('web_fetch_tool_result_error'),
  error_code: z.enum([...WebErrorCode.options, 'url_not_accessible']),
});
export type WebFetchError = z.infer<typeof WebFetchError>;

export const WebSearchResult = z.object({
  type: z.literal('web_search_result'),
  title: z.string(),
  url: z.string(),
  /** For the model alone. */
  encrypted_content: z.string(),
  page_age: z.string().nullable(),
});

export const WebFetchResult = z.object({
  type: z.literal('web_fetch_result'),
  url: z.string(),
  retrieved_at: z.string(),
  content: z.object({
    type: z.literal('document'),
    source: z.object({
      type: z.literal('text'),
      media_type: z.literal('text/plain'),
      data: z.string(),
    }),
    title: z.string(),
  }),
});
export type WebFetchResult = z.infer<typeof WebFetchResult>;
