import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import Anthropic from '@anthropic-ai/sdk';
import { checkRecording } from '../../dist/cassette/conformance/check-recording.js';
import { createFakeApi, readAnyRecording } from '../../dist/index.js';
import { listFiles } from './list-files.mjs';

const USAGE = 'Usage: npm run conformance -- DIR [--json]';

/** What the SDK makes of a streamed response. Its beta accumulator knows all deltas there are. */
async function readBySdk(text) {
  const headers = { 'content-type': 'text/event-stream; charset=utf-8' };
  const fetch = async () => new Response(text, { headers });
  const client = new Anthropic({ apiKey: 'test', fetch, maxRetries: 0 });
  try {
    const request = { model: 'any', max_tokens: 1, messages: [{ role: 'user', content: 'Hi' }] };
    const message = await client.beta.messages.stream(request).finalMessage();
    // The stream helper adds `parsed_output`: it is not on the wire.
    const { parsed_output: _, ...received } = JSON.parse(JSON.stringify(message));
    return { message: received };
  } catch (error) {
    return { error: error instanceof Anthropic.APIError ? error.error : error };
  }
}

/** What is asked is whether a request is refused: a turn ends before it says anything. */
const script = {
  answer: () => ({ turn: 'any' }),
  next: () => ({ type: 'stop', stop_reason: 'end_turn' }),
};

/** How a fake of its own answers a recorded request. */
async function askFake({ path, headers, body, text }, { key, models }) {
  const api = createFakeApi({ script, auth: { keys: ['valid'] }, models });
  try {
    const sent = ['anthropic-version', 'anthropic-beta'].filter((name) => headers[name]);
    const response = await api.fetch(`https://api.anthropic.com${path}`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'anthropic-version': '2023-06-01',
        ...Object.fromEntries(sent.map((name) => [name, headers[name]])),
        ...(key !== 'missing' && { 'x-api-key': key }),
      },
      body: text ?? JSON.stringify(body),
    });
    const isJson = response.headers.get('content-type')?.startsWith('application/json');
    return {
      status: response.status,
      body: isJson ? await response.json() : await response.text(),
    };
  } finally {
    await api.dispose();
  }
}

async function checkFile(path, file) {
  let recording;
  try {
    recording = readAnyRecording(readFileSync(path, 'utf8'));
  } catch (error) {
    if (error.name !== 'RecordingError' && error.name !== 'CassetteError') throw error;
    if (error.code === 'format.unknown')
      return { file, kind: 'not a session', reason: error.reason };
    // It says it is a recording: that it cannot be read must not pass for "nothing differs".
    const difference = { check: 'format', path: '', message: error.reason };
    return { file, kind: 'unreadable', reason: error.reason, differences: [difference] };
  }
  const findings = await checkRecording(recording, { readBySdk, askFake });
  return { file, format: recording.format, ...findings };
}

function total(files) {
  const counts = {
    files: files.length,
    sessions: 0,
    responsesOnly: 0,
    requestsOnly: 0,
    notSessions: 0,
    unreadable: 0,
  };
  const sums = { exchanges: 0, requests: 0, bodies: 0, streams: 0, errors: 0, differences: 0 };
  for (const { kind, counts: own, differences = [] } of files) {
    if (kind === 'session') counts.sessions++;
    if (kind === 'responses only') counts.responsesOnly++;
    if (kind === 'requests only') counts.requestsOnly++;
    if (kind === 'not a session') counts.notSessions++;
    if (kind === 'unreadable') counts.unreadable++;
    for (const [name, count] of Object.entries(own ?? {})) sums[name] += count;
    sums.differences += differences.length;
  }
  return { ...counts, ...sums };
}

function print(files, totals, say) {
  for (const { file, kind, reason, counts, notes = [] } of files) {
    const details = counts
      ? Object.entries(counts).flatMap(([name, count]) => (count ? `${count} ${name}` : []))
      : [reason];
    say(`${kind.padEnd(14)}  ${file}: ${details.join(', ')}`);
    for (const { exchange, message } of notes)
      say(`${' '.repeat(16)}exchange ${exchange}: ${message}`);
  }
  const different = files.filter(({ differences = [] }) => differences.length > 0);
  if (different.length > 0) say('\nDifferences');
  for (const { file, differences } of different) {
    for (const { exchange, check, path, message } of differences) {
      const where = [file, exchange && `exchange ${exchange}`, check, path].filter(Boolean);
      say(`${where.join(', ')}: ${message}`);
    }
  }
  const {
    files: all,
    sessions,
    responsesOnly,
    requestsOnly,
    notSessions,
    unreadable,
    ...checked
  } = totals;
  const kinds = [
    `${sessions} sessions`,
    `${responsesOnly} responses only`,
    ...(requestsOnly > 0 ? [`${requestsOnly} requests only`] : []),
    `${notSessions} not sessions`,
    ...(unreadable > 0 ? [`${unreadable} unreadable`] : []),
  ];
  const { exchanges, differences, ...checks } = checked;
  const looked = Object.entries(checks).map(([name, count]) => `${count} ${name}`);
  say(
    `\nconformance: ${all} files (${kinds.join(', ')}), ${exchanges} exchanges: ${looked.join(', ')}; ${differences} differences`,
  );
}

/** Does what the command says. What it prints goes line by line to `say` and, of errors, to `complain`; returns the exit code. */
export async function main(args, say = console.log, complain = console.error) {
  try {
    const { values, positionals } = parseArgs({
      args,
      options: { json: { type: 'boolean', default: false } },
      allowPositionals: true,
    });
    const [root] = positionals;
    if (positionals.length !== 1) throw new Error(USAGE);
    const files = [];
    for (const { path, file } of listFiles(root)) files.push(await checkFile(path, file));
    const totals = total(files);
    if (values.json) say(JSON.stringify({ files, totals }, null, 2));
    else print(files, totals, say);
    return totals.differences > 0 ? 1 : 0;
  } catch (error) {
    complain(error.message);
    return 2;
  }
}
