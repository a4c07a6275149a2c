import { mapStrings } from '../cassette/format/map-strings.ts';
import { withEqualPlaceholders } from '../cassette/redaction/patterns.ts';
import { compareJson, type JsonDifference } from '../cassette/conformance/compare-json.ts';
import type { RecordedRequest } from '../cassette/exchange.ts';
import { isJsonObject } from '../protocol/wire-message.ts';
import { essenceOf } from './essence.ts';
import { strictnessOf, type Strictness } from './strictness.ts';

/** One place where a request is not as recorded. */
export interface RequestDifference {
  /** Where, such as `messages.2.text`. */
  readonly path: string;
  readonly recorded: unknown;
  readonly sent: unknown;
  /** Whether it makes the request another one, which the recorded exchange does not answer. */
  readonly isFatal: boolean;
}

/** Keys of blocks that say what a block is, and which one. */
const IDENTITY =
  /^messages\.\d+\.(?:role|blocks\.\d+\.(?:type|id|tool_use_id|name|caller\.tool_id))$/;
const COMPARED_HEADERS = ['anthropic-version', 'anthropic-beta'];

/** Where a request differs from a recorded one, those differences first that make it another one. */
export function compareRequests(
  recorded: RecordedRequest,
  sent: RecordedRequest,
  strictness: Strictness,
): RequestDifference[] {
  const differences = [
    ...compareLines(recorded, sent),
    ...compareHeaders(recorded, sent, strictness),
    ...compareBodies(recorded, sent, strictness),
  ];
  return differences.toSorted((a, b) => Number(b.isFatal) - Number(a.isFatal));
}

function compareLines(recorded: RecordedRequest, sent: RecordedRequest): RequestDifference[] {
  const lines = [recorded, sent].map(({ method, path }) => ({ method, path: pathname(path) }));
  return compareJson(lines[0], lines[1]).map((each) => toDifference(each, true));
}

/** A path as the API serves it: with and without the version. */
function pathname(path: string): string {
  return (path.split('?')[0] ?? '').replace(/^\/v1(?=\/)/, '').replace(/\/$/, '');
}

function compareHeaders(
  recorded: RecordedRequest,
  sent: RecordedRequest,
  strictness: Strictness,
): RequestDifference[] {
  const level = strictnessOf('headers', strictness);
  if (level === 'ignored') return [];
  return COMPARED_HEADERS.filter((name) => recorded.headers[name] !== sent.headers[name]).map(
    (name) => ({
      path: `headers.${name}`,
      recorded: recorded.headers[name],
      sent: sent.headers[name],
      isFatal: level === 'exact',
    }),
  );
}

function compareBodies(
  recorded: RecordedRequest,
  sent: RecordedRequest,
  strictness: Strictness,
): RequestDifference[] {
  const [was, is] = [recorded, sent].map(({ body }) => mapStrings(body, withEqualPlaceholders));
  if (!isJsonObject(was) || !isJsonObject(is)) {
    const level = strictnessOf('body', strictness);
    if (level === 'ignored' || was === undefined || is === undefined) return [];
    return compareJson({ body: was }, { body: is }).map((each) =>
      toDifference(each, level === 'exact'),
    );
  }
  const fields = [...new Set([...Object.keys(was), ...Object.keys(is)])];
  return fields.flatMap((field) => {
    const level = strictnessOf(field, strictness);
    if (level === 'ignored') return [];
    const essential = field === 'messages' && level === 'normalised';
    const [left, right] = essential
      ? [essenceOf(was[field]), essenceOf(is[field])]
      : [was[field], is[field]];
    return compareJson({ [field]: left }, { [field]: right }).map((each) =>
      toDifference(each, level === 'exact' || (essential && isStructural(each))),
    );
  });
}

/** Other messages, other blocks, other ids: not what a changed word, argument or result makes. */
function isStructural({ path, left, right }: JsonDifference): boolean {
  if (IDENTITY.test(path)) return true;
  const isBlockOrMessage = /^messages\.\d+(?:\.blocks\.\d+)?$/.test(path);
  return isBlockOrMessage && (left === undefined || right === undefined);
}

function toDifference({ path, left, right }: JsonDifference, isFatal: boolean): RequestDifference {
  return { path, recorded: left, sent: right, isFatal };
}
