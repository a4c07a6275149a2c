import * as z from 'zod';
import { WebPage } from '../../protocol/web.ts';

/**
 * A page of the web that code may search and fetch. Searches for the text or pattern `found` find it; when that is left
 * out, every search does.
 */
export const WebPageData = z.strictObject({ ...WebPage.shape, found: z.string().optional() });
export type WebPageData = z.infer<typeof WebPageData>;
