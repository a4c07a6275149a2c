import type { StoredFile } from '../machine/files.ts';
import { ApiError } from '../protocol/errors.ts';
import type { RoutedRequest } from './routes.ts';

/** The header of the Files API's beta, whose lists have cursors of their own. */
const BETA = 'files-api-2025-04-14';
const DEFAULT_LIMIT = 20;
const MAX_LIMIT = 1000;
const MAX_IDS = 100;

/** A page of files, and what leads to the next one. */
export type FileList = { readonly data: readonly StoredFile[] } & (
  | { readonly next_page: string | null }
  | {
      readonly has_more: boolean;
      readonly first_id: string | null;
      readonly last_id: string | null;
    }
);

/**
 * One page of the files, the newest first. Clients of the beta page by `after_id` and `before_id`, later ones by `page`: the
 * last id of the page before. Throws an `ApiError` for parameters that do not go together or are out of range.
 */
export function listFiles(files: readonly StoredFile[], request: RoutedRequest): FileList {
  const query = request.query();
  const newest = files.toReversed();
  const ids = new Set([...query.getAll('ids'), ...query.getAll('ids[]')]);
  if (ids.size > 0) return listed(newest, ids, query);
  const limit = Number(query.get('limit') ?? DEFAULT_LIMIT);
  if (!Number.isInteger(limit) || limit < 1 || limit > MAX_LIMIT) {
    throw badQuery('limit', `Input should be a valid integer from 1 to ${MAX_LIMIT}`);
  }
  const position = (id: string | null): number => newest.findIndex((file) => file.id === id);
  if (request.header('anthropic-beta')?.includes(BETA) !== true) {
    const rest = newest.slice(position(query.get('page')) + 1);
    const data = rest.slice(0, limit);
    return { data, next_page: rest.length > limit ? (data.at(-1)?.id ?? null) : null };
  }
  const before = query.get('before_id');
  const end = before === null ? newest.length : Math.max(0, position(before));
  const rest = newest.slice(position(query.get('after_id')) + 1, end);
  // Going back, the page ends where the last one began.
  const data = before === null ? rest.slice(0, limit) : rest.slice(-limit);
  return {
    data,
    has_more: rest.length > data.length,
    first_id: data[0]?.id ?? null,
    last_id: data.at(-1)?.id ?? null,
  };
}

/** The files with these ids, in one page. Those that do not exist are left out. */
function listed(
  files: readonly StoredFile[],
  ids: ReadonlySet<string>,
  query: URLSearchParams,
): FileList {
  if (ids.size > MAX_IDS) throw badQuery('ids', `List should have at most ${MAX_IDS} items`);
  const other = ['page', 'limit'].find((name) => query.has(name));
  if (other) throw badQuery('ids', `\`ids\` and \`${other}\` are mutually exclusive`);
  return { data: files.filter(({ id }) => ids.has(id)), next_page: null };
}

function badQuery(path: string, reason: string): ApiError {
  return new ApiError('invalid_request_error', `${path}: ${reason}`, {
    rule: 'file.list',
    path,
    fix: 'Ask for up to 1000 files a page, or for up to 100 by their ids.',
  });
}
