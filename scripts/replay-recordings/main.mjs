import { readFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import Anthropic from '@anthropic-ai/sdk';
import { messageIn, wholeMessageIn, wireBytes } from '../../dist/cassette/body.js';
import { describeRerun, rerunCells } from '../../dist/contract/index.js';
import {
  CassetteError,
  createReplay,
  pyodideSandbox,
  readAnyRecording,
  readCassette,
  RecordingError,
  transcriptOf,
  writeCassette,
} from '../../dist/index.js';
import { listFiles } from '../conformance/list-files.mjs';

const EXACT = { '*': 'exact', metadata: 'exact', stream: 'exact' };

/** What the SDK gives for a response: its message, its body, its bytes, or the error's. */
async function ask(client, { request, response }) {
  const { method = 'POST', path = '/v1/messages', headers = {} } = request ?? {};
  const isStream = response?.stream !== undefined;
  const body = request
    ? (request.body ?? Buffer.from(wireBytes(request)))
    : {
        model: 'any',
        max_tokens: 1,
        messages: [{ role: 'user', content: 'Hi' }],
        stream: isStream,
      };
  const named = ['anthropic-version', 'anthropic-beta', 'content-type'];
  const sent = Object.fromEntries(
    named.flatMap((name) => (headers[name] ? [[name, headers[name]]] : [])),
  );
  try {
    if (isStream && method === 'POST') {
      const { stream: _, ...params } = body;
      const events = client.beta.messages.stream(params, { headers: sent, path });
      const { parsed_output: __, ...message } = JSON.parse(
        JSON.stringify(await events.finalMessage()),
      );
      return message;
    }
    const options = { headers: sent, ...(method !== 'GET' && method !== 'DELETE' && { body }) };
    const answer = await client[method.toLowerCase()](path, { ...options, __binaryResponse: true });
    const bytes = Buffer.from(await answer.arrayBuffer());
    return response.body === undefined ? bytes : JSON.parse(bytes.toString());
  } catch (error) {
    if (!(error instanceof Anthropic.APIError) || error.status === undefined) throw error;
    return { status: error.status, body: error.error };
  }
}

function expected({ response }) {
  if (response.status >= 400) return { status: response.status, body: response.body };
  if (response.stream) return JSON.parse(JSON.stringify(messageIn(response)));
  return response.body ?? Buffer.from(wireBytes(response));
}

/** Whether the client of an exchange got an error instead of a response, or in the middle of one. */
function breaksOff({ response, ended }) {
  if (!response || ended) return true;
  return response.stream !== undefined && !wholeMessageIn(response);
}

/** Plays what a file holds, from a cassette made of it. Returns what differs. */
async function play(exchanges) {
  const isSession = exchanges.every(({ request }) => request);
  const cassette = readCassette(writeCassette(exchanges));
  const options = isSession ? { strictness: EXACT } : { checks: false };
  const replay = createReplay(cassette, options);
  const client = new Anthropic({ apiKey: 'test', fetch: replay.fetch, maxRetries: 0 });
  const differences = [];
  for (const [i, exchange] of exchanges.entries()) {
    try {
      const seen = await ask(client, exchange);
      if (breaksOff(exchange)) {
        differences.push(`exchange ${i + 1}: it broke off when it was recorded, and did not now`);
      } else if (!isDeepStrictEqual(seen, expected(exchange))) {
        differences.push(`exchange ${i + 1}: the SDK got something else than was recorded`);
      }
    } catch (error) {
      if (!breaksOff(exchange)) differences.push(`exchange ${i + 1}: ${error.message}`);
    }
  }
  const failures = replay.failures().map(({ message }) => message);
  return { isSession, differences: [...differences, ...failures, ...replay.differences] };
}

function read(path) {
  try {
    return readAnyRecording(readFileSync(path, 'utf8'));
  } catch (error) {
    if (error instanceof RecordingError || error instanceof CassetteError) return undefined;
    throw error;
  }
}

async function playAll(root, say) {
  if (root === undefined) throw new Error('Usage: npm run replay:recordings -- DIR');
  const counts = {
    sessions: 0,
    responses: 0,
    requests: 0,
    other: 0,
    exchanges: 0,
    equal: 0,
    skipped: 0,
    free: 0,
  };
  let different = 0;
  const sandbox = pyodideSandbox();
  try {
    for (const { path, file } of listFiles(root)) {
      const recording = read(path);
      if (!recording) {
        counts.other++;
        continue;
      }
      const { exchanges } = recording;
      // Requests without their responses cannot be played; the cells that they tell of can be run.
      const isPlayed = exchanges.some(({ response, ended }) => response || ended);
      const { isSession, differences } = isPlayed
        ? await play(exchanges)
        : { isSession: false, differences: [] };
      counts[isPlayed ? (isSession ? 'sessions' : 'responses') : 'requests']++;
      counts.exchanges += exchanges.length;
      for (const cell of await rerunCells(transcriptOf(exchanges, { history: true }), {
        sandbox,
      })) {
        // Cells without calls are for `npm run fidelity`, which knows what depends on packages, dates and chance.
        if (cell.calls === 0) counts.free++;
        else if (cell.skipped !== undefined) counts.skipped++;
        else if (cell.differences.length === 0) counts.equal++;
        else differences.push(describeRerun(cell));
      }
      different += differences.length;
      for (const each of differences) say(`${file}: ${each}`);
    }
  } finally {
    await sandbox.dispose();
  }
  say(
    `replayed: ${counts.sessions} sessions and ${counts.responses} files of responses, ${counts.exchanges} exchanges ` +
      `(${counts.requests > 0 ? `${counts.requests} files of requests, ` : ''}` +
      `${counts.other} files are no recording); cells with calls: ${counts.equal} equal, ${counts.skipped} not whole, ` +
      `${counts.free} cells without calls; ${different} differences`,
  );
  return different > 0 ? 1 : 0;
}

/** Does what the command says. What it prints goes line by line to `say` and, of errors, to `complain`; returns the exit code. */
export async function main([root], say = console.log, complain = console.error) {
  try {
    return await playAll(root, say);
  } catch (error) {
    complain(error.message);
    return 2;
  }
}
