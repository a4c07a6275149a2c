import { isWireError } from '../../protocol/wire-message.ts';
import type { AnsweredExchange, Exchange } from '../exchange.ts';
import { checkBody } from './check-body.ts';
import {
  checkError,
  followsFromRequest,
  isMessageRequest,
  knownModels,
  type AskFake,
} from './check-error.ts';
import { checkRequest } from './check-request.ts';
import { checkStream, type ReadStream } from './check-stream.ts';
import type { Disagreement } from './disagreement.ts';

/** Who the recording is compared with, beside callsheet's own reading. */
export interface Witnesses {
  /** The SDK's accumulator. */
  readonly readBySdk: ReadStream;
  /** The fake. */
  readonly askFake: AskFake;
}

export interface RecordingReport {
  /** A session has its requests, and their responses. */
  readonly kind: 'session' | 'responses only' | 'requests only';
  /** How many exchanges were looked at in which way. */
  readonly counts: Counts;
  readonly differences: readonly (Disagreement & { readonly exchange: number })[];
  readonly notes: readonly { readonly exchange: number; readonly message: string }[];
}

export interface Counts {
  readonly exchanges: number;
  /** Requests for a message that the API accepted. */
  readonly requests: number;
  readonly bodies: number;
  readonly streams: number;
  /** Errors that follow from their requests. */
  readonly errors: number;
}

/** Holds a recording against callsheet: requests, bodies, streams, errors. Exchanges count from 1. */
export async function checkRecording(
  { exchanges }: { readonly exchanges: readonly Exchange[] },
  witnesses: Witnesses,
): Promise<RecordingReport> {
  const models = knownModels(exchanges.filter(isAnswered));
  const differences: (Disagreement & { exchange: number })[] = [];
  const notes: { exchange: number; message: string }[] = [];
  let [requests, bodies, streams, errors] = [0, 0, 0, 0];
  for (const [i, recorded] of exchanges.entries()) {
    const exchange = i + 1;
    if (!isAnswered(recorded)) {
      notes.push({ exchange, message: 'no response to it was kept' });
      continue;
    }
    const { request, response } = recorded;
    const add = (found: readonly Disagreement[]): void => {
      differences.push(...found.map((each) => ({ exchange, ...each })));
    };
    if (isMessageRequest(request) && response.status === 200) {
      requests++;
      add(await checkRequest(request, models, witnesses.askFake));
    }
    if (response.body !== undefined) {
      bodies++;
      add(checkBody(response.body));
    }
    if (response.stream) {
      streams++;
      const found = await checkStream(response.stream, witnesses.readBySdk);
      add(found.disagreements);
      notes.push(...found.notes.map((message) => ({ exchange, message })));
    }
    if (followsFromRequest(recorded)) {
      errors++;
      add(await checkError(recorded, models, witnesses.askFake));
    } else if (isWireError(response.body)) {
      const message =
        'its error does not follow from a request that was kept: not asked of the fake';
      notes.push({ exchange, message });
    }
  }
  const counts = { exchanges: exchanges.length, requests, bodies, streams, errors };
  return { kind: kindOf(exchanges), counts, differences, notes };
}

function isAnswered(exchange: Exchange): exchange is AnsweredExchange {
  return exchange.response !== undefined;
}

function kindOf(exchanges: readonly Exchange[]): RecordingReport['kind'] {
  if (!exchanges.some(isAnswered)) return 'requests only';
  return exchanges.some(({ request }) => request) ? 'session' : 'responses only';
}
