import type { CallData } from '../data/call-data.ts';
import { describeMatcher, isMatcher } from '../data/matcher.ts';
import { Description } from './differences.ts';

/** Longest a value may be in a message. */
const LIMIT = 300;

/** A call that was made, as one reads it: `fetch_sales_data({"sku":"ABC123"})`. */
export function showCall({
  name,
  input,
}: {
  readonly name: string;
  readonly input: unknown;
}): string {
  return `${name}(${json(input)})`;
}

/**
 * An expected call, as one reads it: `fetch_sales_data({"sku":"ABC123"}) by code`, `fetch_sales_data(…)` for any
 * arguments, `fetch_sales_data({"sku":"ABC123"}, …)` for a part of them.
 */
export function showExpected({
  call,
  input,
  partial,
  caller,
  cell,
  returns,
  throws,
}: CallData): string {
  const whole = input === undefined ? '…' : json(input);
  return [
    `${call}(${whole}${partial && input !== undefined ? ', …' : ''})`,
    ...(caller === undefined ? [] : [caller === 'direct' ? 'directly' : 'by code']),
    ...(cell === undefined ? [] : [`in cell ${cell}`]),
    ...(returns === undefined ? [] : [`returning ${json(returns)}`]),
    ...(throws === undefined ? [] : [`throwing ${json(throws)}`]),
  ].join(' ');
}

const MARK = '\u0000';

/** A value as JSON, cut when it is very long; matchers and descriptions in it in their own words. */
export function json(value: unknown): string {
  const words: string[] = [];
  const text = (JSON.stringify(value, mark) ?? 'nothing').replaceAll(
    JSON.stringify(MARK),
    () => words.shift() ?? '',
  );
  return text.length > LIMIT ? `${text.slice(0, LIMIT)}… (${text.length} characters)` : text;

  /** The holder has the value as it was before its `toJSON`. */
  function mark(this: object, key: string, written: unknown): unknown {
    const inWords = wordsFor(Reflect.get(this, key));
    if (inWords === undefined) return written;
    words.push(inWords);
    return MARK;
  }
}

function wordsFor(value: unknown): string | undefined {
  if (value instanceof Description) return value.text;
  return isMatcher(value) ? describeMatcher(value) : undefined;
}
