import { concat, slice, unescaped, viewOf, type View } from './view.ts';

/** A text in which secrets may stand, and what has to surround a placeholder there. */
export interface Place {
  readonly view: View;
  /** Stands before and behind a placeholder that takes the place of a number: nothing but a text can hold one. */
  readonly quote?: string | undefined;
}

const JSON_TOKEN = /"((?:[^"\\]|\\.)*)(?:"|$)|-?\d[\d.eE+-]*/g;
/** Fields of deltas: they go on in the next event of their block. */
const DELTA_FIELD = /"(text|thinking|partial_json|signature)"\s*:\s*$/;

/** Every text and every number of a JSON text, keys included. The text may be cut. */
export function placesInJson(json: View, quote = '"'): Place[] {
  return [...json.text.matchAll(JSON_TOKEN)].map(({ 0: token, 1: inner, index }) => {
    if (inner === undefined) return { view: slice(json, index, index + token.length), quote };
    return { view: unescaped(slice(json, index + 1, index + 1 + inner.length)) };
  });
}

/**
 * Every text and number of a stream of server-sent events, the deltas of a block added up. The input of a tool is JSON
 * that is split over deltas. The stream may be cut anywhere.
 */
export function placesInStream(raw: string): Place[] {
  const places: Place[] = [];
  const deltas = new Map<string, View[]>();
  for (const { 1: data = '', index } of raw.matchAll(/^data:(.*)$/gm)) {
    const start = index + 'data:'.length;
    const isDelta = /"type"\s*:\s*"content_block_delta"/.test(data);
    const block = /"index"\s*:\s*(\d+)/.exec(data)?.[1] ?? '';
    for (const { 0: token, 1: inner, index: at } of data.matchAll(JSON_TOKEN)) {
      if (inner === undefined) {
        places.push({ view: viewOf(raw, start + at, start + at + token.length), quote: '"' });
        continue;
      }
      const view = unescaped(viewOf(raw, start + at + 1, start + at + 1 + inner.length));
      const field = isDelta ? DELTA_FIELD.exec(data.slice(0, at))?.[1] : undefined;
      if (field === undefined) {
        places.push({ view });
        continue;
      }
      const key = `${field} ${block}`;
      const before = deltas.get(key);
      if (before) before.push(view);
      else deltas.set(key, [view]);
    }
  }
  for (const [key, views] of deltas) {
    const whole = concat(views);
    if (key.startsWith('partial_json')) places.push(...placesInJson(whole, '\\"'));
    else places.push({ view: whole });
  }
  return places;
}

/** A text that is neither. */
export function placesInText(text: string): Place[] {
  return [{ view: viewOf(text) }];
}
