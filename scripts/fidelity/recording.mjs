/**
 * What a recording says beyond the list of cells: content the list leaves out, which files were uploaded, how many tools
 * there were, which commands were sent together, and when it was.
 */
import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { readRecording } from '../../dist/cassette/import/read-recording.js';
import { eventsToMessage } from '../../dist/protocol/accumulate.js';

const HOUR = 3_600_000;
const FIVE_MINUTES = 300_000;
const CALLABLE_BY_CODE = /^web_(search|fetch)_(20260209|20260318)$/;

/** Looks for the recording a line names: as named, in a `recordings` folder, or by its name alone. */
export function findRecording(source, file) {
  const folder = dirname(file);
  const candidates = [
    join(folder, source),
    join(folder, 'recordings', source),
    join(folder, basename(source)),
    join(folder, 'recordings', basename(source)),
  ];
  const path = candidates.find((candidate) => existsSync(candidate));
  if (!path) return undefined;
  try {
    return describe(readRecording(readFileSync(path, 'utf8')));
  } catch (error) {
    if (error.name !== 'RecordingError') throw error;
    return undefined;
  }
}

function describe({ exchanges }) {
  const messages = exchanges.flatMap((exchange) => {
    const message = messageOf(exchange);
    return message ? [{ ...exchange, message }] : [];
  });
  const blocks = messages.flatMap(({ message }) => message.content);
  return {
    results: resultsOf(messages, blocks),
    batches: batchesOf(messages),
    uploads: exchanges.flatMap(uploadOf),
    tools: toolsOf(messages),
    started: Math.max(0, ...exchanges.map(uploadTime)) || startOf(messages) || undefined,
  };
}

function messageOf({ response }) {
  const { stream, body } = response;
  const message = stream ? eventsToMessage(stream.events) : body;
  return message?.type === 'message' && Array.isArray(message.content) ? message : undefined;
}

/** What calls made from code were answered, by the cell that made them: in order, each with name and input. */
function resultsOf(messages, blocks) {
  const answers = new Map();
  for (const { request } of messages) {
    for (const { content } of request?.body?.messages ?? []) {
      for (const block of Array.isArray(content) ? content : []) {
        if (block.type === 'tool_result') answers.set(block.tool_use_id, textOf(block.content));
      }
    }
  }
  for (const { type, tool_use_id: id, content } of blocks) {
    if (/^web_(search|fetch)_tool_result$/.test(type)) answers.set(id, content);
  }
  const calls = new Map();
  const seen = new Set();
  for (const { type, id, name, input, caller } of blocks) {
    if (!/^(server_)?tool_use$/.test(type) || !caller?.tool_id || seen.has(id)) continue;
    // A resumed response repeats the blocks before it.
    seen.add(id);
    const list = calls.get(caller.tool_id) ?? [];
    list.push({ name, input, result: answers.get(id) });
    calls.set(caller.tool_id, list);
  }
  return calls;
}

function textOf(content) {
  if (typeof content === 'string' || content === undefined) return content ?? '';
  return content.map(({ text = '' }) => text).join('');
}

/** Ids of the server tool uses that came one after the other before any of their results. */
function batchesOf(messages) {
  const batches = [];
  for (const { message } of messages) {
    let batch = [];
    for (const { type, id } of message.content) {
      if (type === 'server_tool_use') {
        batch.push(id);
      } else if (batch.length > 0) {
        batches.push(batch);
        batch = [];
      }
    }
  }
  return batches;
}

/** The file of an upload: `multipart/form-data` with one part. */
function uploadOf({ request, response }) {
  const type = request?.headers['content-type'] ?? '';
  const boundary = /boundary="?([^";]+)/.exec(type)?.[1];
  if (!boundary || !request.text || !request.path.startsWith('/v1/files')) return [];
  const part = request.text.split(`--${boundary}`)[1] ?? '';
  const head = part.indexOf('\r\n\r\n');
  if (head < 0) return [];
  const name = /filename="([^"]*)"/.exec(part.slice(0, head))?.[1] ?? response.body?.filename;
  return name ? [{ name, bytes: Buffer.from(part.slice(head + 4).replace(/\r\n$/, '')) }] : [];
}

/** How many tools the code can call, when a request says so. */
function toolsOf(messages) {
  const lists = messages.flatMap(({ request }) => request?.body?.tools ?? []);
  const names = lists.flatMap(({ name, type = '', allowed_callers: callers }) => {
    const fromCode = callers?.some((caller) => caller.startsWith('code_execution'));
    return fromCode || (callers === undefined && CALLABLE_BY_CODE.test(type)) ? [name] : [];
  });
  return messages.some(({ request }) => request?.body) ? [...new Set(names)] : undefined;
}

/** When a file was uploaded: its container is no older. */
function uploadTime({ request, response }) {
  const isUpload = request?.method === 'POST' && request.path.startsWith('/v1/files');
  return (isUpload && Date.parse(response.body?.created_at ?? '')) || 0;
}

/** When the first request was made, or 0: a container expires a fixed time after its response. */
function startOf([first]) {
  const expires = Date.parse(first?.message.container?.expires_at ?? '');
  if (Number.isNaN(expires)) return 0;
  const kept = first.message.stop_reason === 'tool_use' ? FIVE_MINUTES : HOUR;
  const took = /dur=(\d+)/.exec(first.response.headers['server-timing'] ?? '')?.[1] ?? 0;
  return Math.floor(expires - kept - took);
}
