import { previousMessageId, wholeMessageIn } from '../cassette/body.ts';
import { describeRequest, duplicateRequest } from '../cassette/describe-request.ts';
import type { Exchange, RecordedRequest } from '../cassette/exchange.ts';
import type { Cassette, CassetteExchange } from '../cassette/read-cassette.ts';
import { createRecorderTo, type RecorderOptions } from '../cassette/recorder.ts';
import { createRedactor } from '../cassette/redaction/redactor.ts';
import { readTranscript } from '../cassette/transcript-of.ts';
import type { Fetch } from '../protocol/fetch.ts';
import { isJsonObject } from '../protocol/wire-message.ts';
import { goOnFrom } from './go-on-from.ts';
import { createReel, isMiss, type Reel } from './reel.ts';
import { createReplay, type Replay } from './replay.ts';
import { RetakeError } from './retake-error.ts';
import { essenceOf } from './essence.ts';
import { DEFAULT_STRICTNESS, type Strictness } from './strictness.ts';

export interface RetakeOptions extends RecorderOptions {
  /** The turn to record again, counted from 1 over the cassette, as replay names it. */
  readonly turn: number;
  /** How requests are held against the recorded ones. Default: as in a replay. */
  readonly strictness?: Strictness | undefined;
}

/** Records one turn of a cassette again, and replays the rest. */
export interface Retake {
  /** Goes to the API for the turn, and to the cassette for all others. */
  readonly fetch: Fetch;
  /** Whether the API could not be reached, and why. */
  readonly unreached: string | undefined;
  /**
   * The cassette with the turn as it went now. What was recorded after it in its conversation goes on from it. Throws a
   * `RetakeError` when the turn did not come to its end.
   */
  exchanges(): readonly Exchange[];
  /** Ends the recording. */
  close(): Promise<void>;
}

/**
 * Takes one turn of a cassette again. The API gets the conversation before the turn as it was recorded, redacted: where
 * that names a container, the container has to be alive still.
 */
export function createRetake(cassette: Cassette, options: RetakeOptions): Retake {
  const { turn, redaction } = options;
  const old = exchangesOfTurn(cassette, turn);
  const strictness = { ...DEFAULT_STRICTNESS, ...options.strictness };
  const redactor = createRedactor(redaction);
  redactor.reserve(JSON.stringify(cassette.exchanges));
  const live: Exchange[] = [];
  let reel: Reel = createReel(cassette, strictness);
  let replay: Replay = createReplay(cassette, { redaction, strictness });

  /** What follows in the cassette goes on from the turn as it is now. */
  function wrap(): void {
    const exchanges = goneOn(reel.unplayed.filter((each) => !old.has(each)));
    reel = createReel({ exchanges, cut: [] }, strictness);
    replay = createReplay({ exchanges, cut: [] }, { redaction, strictness });
  }

  const recorder = createRecorderTo(
    {
      append(exchange) {
        live.push(redactor.exchange(exchange));
        if (isWrapped()) wrap();
      },
      close() {},
    },
    options,
  );

  function isWrapped(): boolean {
    const message = wholeMessageIn(live.at(-1)?.response);
    return message !== undefined && !GOES_ON.has(message['stop_reason']);
  }

  function goneOn(exchanges: readonly CassetteExchange[]): readonly CassetteExchange[] {
    const [before, now] = [lastAnswered([...old]), lastAnswered(live)];
    return before && now ? goOnFrom(exchanges, before, now) : exchanges;
  }

  function isLive(request: RecordedRequest): boolean {
    if (isWrapped()) return false;
    if (extendsAny(request, live)) return true;
    const found = reel.find(request, false);
    const nearest = isMiss(found) ? found.nearest?.exchange : found.exchange;
    if (nearest && old.has(nearest)) return live.length === 0;
    if (!isMiss(found)) reel.played(found.exchange);
    return false;
  }

  return {
    async fetch(input, init) {
      const { copy, pass } = duplicateRequest(input, init);
      const request = redactor.request(await describeRequest(copy));
      return isLive(request) ? recorder.fetch(...pass) : replay.fetch(...pass);
    },
    get unreached() {
      const { response, ended } = live.at(-1) ?? {};
      return response || ended?.by !== 'upstream' ? undefined : (ended.error ?? ended.message);
    },
    exchanges() {
      if (live.length === 0) {
        throw new RetakeError('turn.missed', `turn ${turn} was not asked for`);
      }
      if (!isWrapped()) throw unfinished(turn, live.at(-1)!);
      const [first] = old;
      const position = cassette.exchanges.findIndex((each) => each === first);
      const kept = goneOn(cassette.exchanges.filter((each) => !old.has(each)));
      return kept.map(withoutLine).toSpliced(position, 0, ...live);
    },
    close: () => recorder.close(),
  };
}

function withoutLine(found: CassetteExchange): Exchange {
  const { line: _, ...exchange } = found;
  return exchange;
}

const GOES_ON = new Set<unknown>(['tool_use', 'pause_turn']);

/** The exchanges of a turn, in their order. */
function exchangesOfTurn(cassette: Cassette, turn: number): ReadonlySet<CassetteExchange> {
  const { positions } = readTranscript(cassette.exchanges);
  const found = cassette.exchanges.filter((_, i) => positions[i]!.turn === turn);
  if (found.length > 0) return new Set(found);
  const count = Math.max(0, ...positions.map((position) => position.turn));
  throw new RetakeError(
    'turn.unknown',
    `there is no turn ${turn}: the cassette has turns 1 to ${count}`,
  );
}

function lastAnswered(exchanges: readonly Exchange[]): Exchange | undefined {
  return exchanges.findLast(({ response }) => wholeMessageIn(response));
}

/** Whether a request is one of the exchanges' again, or goes on from one. */
function extendsAny({ body }: RecordedRequest, exchanges: readonly Exchange[]): boolean {
  if (!isJsonObject(body)) return false;
  const ids = exchanges.map(({ response }) => wholeMessageIn(response)?.id);
  const previous = previousMessageId(body);
  if (previous !== undefined && ids.includes(previous)) return true;
  const own = essenceOf(body['messages']).map((each) => JSON.stringify(each));
  return exchanges.some(({ request }) => {
    const messages = isJsonObject(request?.body) ? request.body['messages'] : undefined;
    const begins = essenceOf(messages).map((each) => JSON.stringify(each));
    return begins.length > 0 && begins.every((message, i) => message === own[i]);
  });
}

function unfinished(turn: number, { response, ended }: Exchange): RetakeError {
  const status = response && response.status !== 200 ? `; the API answered ${response.status}` : '';
  const error = isJsonObject(response?.body) ? response.body['error'] : undefined;
  const words = isJsonObject(error) ? `: ${String(error['message'])}` : '';
  const end = ended
    ? `; ${ended.by === 'client' ? 'its client went away' : 'the API broke off'}`
    : '';
  const message = `turn ${turn} did not come to its end${status}${words}${end}`;
  return new RetakeError('turn.unfinished', message);
}
