import { messageIn } from '../cassette/body.ts';
import type { Exchange } from '../cassette/exchange.ts';
import { compareJson } from '../cassette/conformance/compare-json.ts';
import { createSymbolSource } from '../cassette/format/symbols.ts';
import { isJsonObject } from '../protocol/wire-message.ts';
import { requirementOf } from './requirement-of.ts';
import { type Answered, cameAt, type Part, type ResponseShape, shapeOf } from './shape-of.ts';

/** One place where the fake does not do as the API did. */
export interface Deviation {
  /** The id of the row of `REQUIREMENTS` that says what the fake does. */
  readonly requirement: string;
  /** The exchange of its conversation, from 1. */
  readonly exchange: number;
  /** Where in the response, such as `content.2.caller`. */
  readonly path: string;
  /** What came, without what Claude decides; undefined: nothing. */
  readonly api: unknown;
  readonly fake: unknown;
}

/**
 * Holds the exchanges of a fake against those of the API, for the same conversation. `ruleOf` says which rule an exchange
 * of the fake was refused by. What comes after a response of another kind follows from that, and is not looked at.
 */
export function compareExchanges(
  api: readonly Exchange[],
  fake: readonly Exchange[],
  ruleOf: (exchange: Exchange) => string | undefined,
): Deviation[] {
  const [ofApi, ofFake] = [createSymbolSource(), createSymbolSource()];
  const skew = skewOf(api, fake);
  const deviations: Deviation[] = [];
  for (const [i, exchange] of api.entries()) {
    const other = fake[i];
    if (!isWhole(exchange) || !other || !isWhole(other)) break;
    const left = shapeOf(exchange, ofApi.nameIds(exchange), skew);
    const right = shapeOf(other, ofFake.nameIds(other));
    const { found, goesOn } = compareShapes(left, right);
    const rule = ruleOf(other);
    for (const difference of found) {
      const requirement = requirementOf(difference, { api: left, fake: right, rule });
      const { path, left: came, right: faked } = difference;
      deviations.push({ requirement, exchange: i + 1, path, api: came, fake: faked });
    }
    if (!goesOn) break;
  }
  return deviations;
}

function isWhole(exchange: Exchange): exchange is Answered {
  return exchange.response !== undefined && exchange.ended === undefined;
}

const DAY = 86_400_000;

/**
 * How far the clock of the API is ahead, if it is another one than ours: that of a fake stands in the future. Its first
 * container is taken to live as long as the fake's.
 */
function skewOf(api: readonly Exchange[], fake: readonly Exchange[]): number {
  const [life, fakeLife] = [api, fake].map((each) => each.flatMap(livesIn)[0] ?? 0);
  const skew = life! - fakeLife!;
  return Math.abs(skew) > DAY ? skew : 0;
}

/** How long after a response its container ends, in milliseconds. */
function livesIn(exchange: Exchange): number[] {
  const message = isWhole(exchange) ? messageIn(exchange.response) : undefined;
  const container = message?.['container'];
  if (!isWhole(exchange) || !isJsonObject(container)) return [];
  return [Date.parse(String(container['expires_at'])) - cameAt(exchange)];
}

/** One place where two shapes differ. */
export interface ShapeDifference {
  readonly path: string;
  readonly left: unknown;
  readonly right: unknown;
  /** The parts it is in; absent when it is in none. */
  readonly parts?: readonly [Part, Part];
}

function compareShapes(
  left: ResponseShape,
  right: ResponseShape,
): { readonly found: readonly ShapeDifference[]; readonly goesOn: boolean } {
  if (left.status !== right.status) {
    const found = { path: 'status', left: left.status, right: right.status };
    return { found: [found], goesOn: false };
  }
  const heads = compareJson(left.head, right.head);
  const order = otherOrder(left, right);
  if (order) return { found: [...heads, order], goesOn: false };
  const pings = compareJson({ ping: left.ping }, { ping: right.ping });
  const inner = left.parts.flatMap((part, i) => {
    const other = right.parts[i]!;
    const differences = compareJson(part.data, other.data);
    // A call is named after the cell that made it.
    const isOfAnother = differences.some(({ path }) => /(?:^|\.)caller(?:\.|$)/.test(path));
    const own = differences.filter(({ path }) => !isOfAnother || !/(?:^|\.)id$/.test(path));
    return own.map(({ path, ...sides }) => ({
      path: [part.path, path].filter((each) => each !== '').join('.'),
      ...sides,
      parts: [part, other] as const,
    }));
  });
  return { found: [...heads, ...pings, ...inner], goesOn: left.status === 200 };
}

/** Where parts are others, or come in another order. */
function otherOrder(left: ResponseShape, right: ResponseShape): ShapeDifference | undefined {
  const length = Math.max(left.parts.length, right.parts.length);
  for (let at = 0; at < length; at++) {
    const [was, is] = [left.parts[at]?.name, right.parts[at]?.name];
    if (was === is) continue;
    // The first part is the message itself.
    const inBody = at === 0 ? 'body' : `content.${at - 1}`;
    const isStream = left.isStream && right.isStream;
    return { path: isStream ? `event ${at + 1}` : inBody, left: was, right: is };
  }
  return undefined;
}
