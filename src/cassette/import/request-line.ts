import type { RecordedRequest } from '../exchange.ts';

/** A recorded address: its origin, where one was kept, and its path with the query. */
export function readAddress(address: unknown): Pick<RecordedRequest, 'origin' | 'path'> {
  if (typeof address !== 'string') return { path: '' };
  const { origin, pathname, search } = new URL(address, 'https://recorded.invalid');
  const path = pathname + search;
  return URL.canParse(address) ? { origin, path } : { path };
}

/** A recorded method in upper case; where none was kept it was a POST. */
export function readMethod(method: unknown): string {
  return typeof method === 'string' ? method.toUpperCase() : 'POST';
}
