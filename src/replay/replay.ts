import { describeRequest, duplicateRequest } from '../cassette/describe-request.ts';
import { messageIn, wholeMessageIn } from '../cassette/body.ts';
import type { RecordedRequest } from '../cassette/exchange.ts';
import type { Cassette, CassetteExchange } from '../cassette/read-cassette.ts';
import type { RedactionOptions } from '../cassette/redaction/redact-text.ts';
import { createRedactor } from '../cassette/redaction/redactor.ts';
import { type Position, readTranscript } from '../cassette/transcript-of.ts';
import { ApiError } from '../protocol/errors.ts';
import type { Fetch } from '../protocol/fetch.ts';
import { isJsonObject } from '../protocol/wire-message.ts';
import { createTranscript, type Transcript } from '../transcript/transcript.ts';
import { describeDifference, describeMiss, placeOf } from './describe-miss.ts';
import { recordedResponse, type ResponsePolicy } from './recorded-response.ts';
import { createReel, isForMessage, isMiss, type Hit, type Miss, type Reel } from './reel.ts';
import { ReplayError, type ReplayFailure } from './replay-error.ts';
import { createRequestChecks, type Judgement } from './request-checks.ts';
import { createStage } from './stage.ts';
import { DEFAULT_STRICTNESS, type Strictness } from './strictness.ts';

export interface ReplayOptions extends ResponsePolicy {
  /** Name of the cassette's file, for messages. */
  readonly file?: string | undefined;
  /** How requests are held against the recorded ones, field by field. Default: a reworded prompt is reported. */
  readonly strictness?: Strictness | undefined;
  /** Whether requests are held to the rules of the API. Recordings without requests cannot be. Default: true. */
  readonly checks?: boolean | undefined;
  /** What was kept out of the cassette: requests are compared without it. Default: as when recording. */
  readonly redaction?: RedactionOptions | undefined;
}

/** A Messages API that answers as it once did. */
export interface Replay {
  /**
   * The API, with the signature of the global `fetch`, for any origin. A path prefix `/s/KEY` plays the cassette once more
   * for each key: for tests that share a replay and run at the same time.
   */
  readonly fetch: Fetch;
  /** What happened, in order; sessions are the recorded conversations. */
  readonly transcript: Transcript;
  /** Where requests were not as recorded, one line each: nothing that failed the replay. */
  readonly differences: readonly string[];
  /** Why the replay failed, so far: requests nothing answers, and at the end exchanges that were never played. */
  failures(): ReplayFailure[];
  /** Throws a `ReplayError` when there are any. */
  assertPlayed(): void;
}

/** Plays a cassette: each recorded exchange answers one request, the one whose place in a conversation it has. */
export function createReplay(cassette: Cassette, options: ReplayOptions = {}): Replay {
  const { file, strictness = {}, redaction } = options;
  const redactor = createRedactor(redaction);
  const { positions } = readTranscript(cassette.exchanges);
  const positionOf = (exchange: CassetteExchange): Position | undefined =>
    positions[cassette.exchanges.indexOf(exchange)];
  const transcript = createTranscript();
  const checks = options.checks === false ? undefined : createRequestChecks();
  const reels = new Map<string, Reel>();
  const differences: string[] = [];
  const misses: ReplayFailure[] = [];
  const stage = createStage(transcript);

  function reelOf(key: string): Reel {
    let reel = reels.get(key);
    if (!reel)
      reels.set(key, (reel = createReel(cassette, { ...DEFAULT_STRICTNESS, ...strictness })));
    return reel;
  }

  function refuse(error: ApiError, request: RecordedRequest, session: string): Response {
    const { message, broken, status } = error;
    const id = stage.receive(session, request);
    if (broken) stage.note(session, id, { message, ...broken });
    const body = error.toBody(id);
    stage.send(session, id, { status, headers: {}, body });
    const headers = { 'request-id': id, 'x-should-retry': 'false' };
    return Response.json(body, { status, headers });
  }

  function missed(miss: Miss): Response {
    const turn = miss.nearest && positionOf(miss.nearest.exchange)?.turn;
    const message = describeMiss(miss, { file, turn });
    misses.push({ code: 'exchange.missed', message });
    const error = new ApiError('not_found_error', `callsheet: ${message}`, {
      rule: 'script.unexpected',
      fix: 'Send what was recorded, or record it again.',
    });
    return refuse(error, miss.request, '');
  }

  /** What a request breaks that the recorded one did not. */
  function judge({ exchange }: Hit, sent: RecordedRequest): Judgement {
    const { request: recorded, response } = exchange;
    const isJudged = isForMessage(sent) && recorded && response && wholeMessageIn(response);
    return (isJudged && checks?.judge(sent, recorded)) || { notes: [] };
  }

  async function answer(
    request: RecordedRequest,
    key: string,
    signal: AbortSignal | undefined,
  ): Promise<Response> {
    const reel = reelOf(key);
    const isRetry = Number(request.headers['x-stainless-retry-count'] ?? 0) > 0;
    const found = reel.find(request, isRetry);
    if (isMiss(found) && (found.wasPlayed || !found.nearest)) return missed(found);
    const hit = isMiss(found) ? found.nearest! : found;
    const { exchange, differences: changes } = hit;
    const session = key + (positionOf(exchange)?.session ?? '');
    // What the API refuses is refused in its own words, also where nothing like it was recorded.
    const { refused, notes } = judge(hit, request);
    if (refused) return refuse(refused, request, session);
    if (isMiss(found)) return missed(found);

    reel.played(exchange);
    differences.push(
      ...changes.map((each) => `${placeOf(exchange, file)} ${describeDifference(each)}`),
    );
    const id = stage.receive(session, request, exchange.response?.headers['request-id']);
    for (const note of notes) stage.note(session, id, note);
    if (exchange.response) stage.send(session, id, exchange.response, request);
    const message = exchange.response && messageIn(exchange.response);
    if (message) checks?.remember(message);
    return recordedResponse(exchange, {
      asStream: isJsonObject(request.body) && request.body['stream'] === true,
      signal,
      policy: options,
      lost: () => reel.lost(exchange),
    });
  }

  function failures(): ReplayFailure[] {
    const played = reels.size === 0 ? [reelOf('')] : [...reels.values()];
    const unplayed = played.flatMap((reel) => reel.unplayed);
    return [
      ...misses,
      ...unplayed.map((exchange): ReplayFailure => {
        const { method = '', path = 'a response' } = exchange.request ?? {};
        const message = `${placeOf(exchange, file)}: ${`${method} ${path}`.trim()} was never played.`;
        return { code: 'exchange.unplayed', message };
      }),
    ];
  }

  return {
    async fetch(input, init) {
      const { copy, signal } = duplicateRequest(input, init);
      signal?.throwIfAborted();
      const described = await describeRequest(copy);
      const [, prefix, path] = /^(?:\/s\/([^/]+))?(.*)$/s.exec(described.path) ?? [];
      const request = redactor.request({ ...described, path: path || '/' });
      return answer(request, prefix ? `${prefix}/` : '', signal);
    },
    transcript,
    differences,
    failures,
    assertPlayed() {
      const found = failures();
      if (found.length > 0) throw new ReplayError(found);
    },
  };
}
