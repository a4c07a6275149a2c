import { isJsonObject } from '../../protocol/wire-message.ts';

/** A JSON value with every text in it changed; keys stay as they are. */
export function mapStrings(value: unknown, change: (text: string) => string): unknown {
  if (typeof value === 'string') return change(value);
  if (Array.isArray(value)) return value.map((item: unknown) => mapStrings(item, change));
  if (!isJsonObject(value)) return value;
  // `Object.fromEntries` defines its keys: `__proto__` may be one.
  return Object.fromEntries(
    Object.entries(value).map(([key, field]) => [key, mapStrings(field, change)]),
  );
}
