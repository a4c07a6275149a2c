import type { CassetteExchange } from '../cassette/read-cassette.ts';
import type { RequestDifference } from './compare-requests.ts';
import type { Miss } from './reel.ts';

const SHOWN = 160;

/** Where an exchange stands. */
export function placeOf({ line }: CassetteExchange, file: string | undefined): string {
  return `${file ?? 'cassette'}:${line}`;
}

/** One difference in words. */
export function describeDifference({ path, recorded, sent }: RequestDifference): string {
  return `${path}  recorded ${show(recorded)}  sent ${show(sent)}`;
}

/** Why a request was not answered: the nearest recorded exchange, where it differs first, and what to do. */
export function describeMiss(
  { request, nearest, wasPlayed }: Miss,
  {
    file,
    turn,
  }: {
    readonly file?: string | undefined;
    /** The turn of the nearest exchange, counted from 1 over the cassette; 0 when it belongs to none. */
    readonly turn?: number | undefined;
  },
): string {
  const line = `${request.method} ${request.path}`;
  if (!nearest) return `No recorded exchange is left for ${line}: all have been played.`;
  const place = placeOf(nearest.exchange, file);
  if (wasPlayed) {
    return `The exchange recorded for ${line} (${place}) has been played already, and was recorded once.`;
  }
  const [first] = nearest.differences;
  const of = turn ? ` (turn ${turn})` : '';
  return [
    `No recorded exchange answers ${line}. The nearest is ${place}${of}; it differs first at`,
    `  ${first ? describeDifference(first) : 'nothing'}`,
    turn
      ? `Send what was recorded, or record turn ${turn} again: callsheet record --only ${turn} --out ${file ?? 'FILE'} -- COMMAND`
      : 'Send what was recorded, or record it again with callsheet record.',
  ].join('\n');
}

function show(value: unknown): string {
  if (value === undefined) return 'nothing';
  const json = JSON.stringify(value);
  return json.length > SHOWN ? `${json.slice(0, SHOWN)}…` : json;
}
