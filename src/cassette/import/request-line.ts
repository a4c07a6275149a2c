import { isJsonObject } from '../../protocol/wire-message.ts';
import type { RecordedRequest } from '../exchange.ts';
import { broken } from './recording.ts';

/** The origin of addresses that have none. */
const ANY = 'https://recorded.invalid';

/** A recorded address: its origin, where one was kept, and its path with the query. */
export function readAddress(address: unknown): Pick<RecordedRequest, 'origin' | 'path'> {
  if (typeof address !== 'string') return { path: '' };
  if (!URL.canParse(address, ANY)) throw broken(`no address: ${address.slice(0, 80)}`);
  const { origin, pathname, search } = new URL(address, ANY);
  const path = pathname + search;
  return URL.canParse(address) ? { origin, path } : { path };
}

/** A recorded method in upper case; where none was kept it was a POST. */
export function readMethod(method: unknown): string {
  return typeof method === 'string' ? method.toUpperCase() : 'POST';
}

/** A recorded status, such as `200`, `'200'`, `'200 OK'` or `{code: 200}`; undefined where there is none. */
export function readStatus(...recorded: readonly unknown[]): number | undefined {
  for (const each of recorded) {
    const code = isJsonObject(each) ? each['code'] : each;
    const number = typeof code === 'string' ? /^\d{3}(?=\s|$)/.exec(code)?.[0] : code;
    if (number !== undefined && number !== null && Number.isInteger(Number(number))) {
      return Number(number);
    }
  }
  return undefined;
}
