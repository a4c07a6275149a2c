import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Recorder } from '../cassette/recorder.ts';
import type { Fetch } from '../protocol/fetch.ts';
import type { Replay } from '../replay/replay.ts';
import { listen, type Server, type ServerOptions } from './listen.ts';

export interface RecordingProxyOptions extends ServerOptions {
  /** Where requests go. Default: `https://api.anthropic.com`. */
  readonly upstream?: string | undefined;
}

const API = 'https://api.anthropic.com';

/**
 * Starts a proxy on this machine that records what passes: for clients in any language. Streams pass live, at the pace of
 * their reader. An upstream that cannot be reached, or breaks off, is passed on as a connection that breaks.
 */
export function startRecordingProxy(
  { fetch }: Pick<Recorder, 'fetch'>,
  { upstream = API, ...options }: RecordingProxyOptions = {},
): Promise<Server> {
  return serveFetch(fetch, upstream, options);
}

/** Serves a replay over HTTP, for clients in other processes and languages. */
export function startReplayServer(
  { fetch }: Pick<Replay, 'fetch'>,
  options: ServerOptions = {},
): Promise<Server> {
  return serveFetch(fetch, API, options);
}

/** Headers of one connection (RFC 9110, section 7.6.1), and of how a body is packed: `fetch` has unpacked it. */
const NOT_PASSED = new Set(
  'connection keep-alive proxy-connection te trailer transfer-encoding upgrade host accept-encoding content-encoding content-length'.split(
    ' ',
  ),
);

function serveFetch(fetch: Fetch, origin: string, options: ServerOptions): Promise<Server> {
  const base = origin.replace(/\/+$/, '');
  const server = createServer((incoming, outgoing) => {
    forward(fetch, base + (incoming.url ?? '/'), incoming, outgoing).catch(() => {
      // Who went away, or what broke, is known to `fetch`; the client sees its connection end.
      outgoing.destroy();
    });
  });
  return listen(server, options);
}

async function forward(
  fetch: Fetch,
  url: string,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  const gone = new AbortController();
  outgoing.once('close', () => {
    if (!outgoing.writableFinished) gone.abort();
  });
  const { method = 'GET' } = incoming;
  const body = Buffer.concat(await incoming.toArray());
  const response = await fetch(url, {
    method,
    headers: [...passed(requestHeaders(incoming)), ['accept-encoding', 'identity']],
    signal: gone.signal,
    redirect: 'manual',
    ...(body.length > 0 && { body }),
  });
  outgoing.writeHead(response.status, response.statusText, [...passed(response.headers)].flat());
  if (response.body) {
    outgoing.flushHeaders();
    await pipeline(Readable.fromWeb(response.body), outgoing);
  } else {
    outgoing.end();
  }
}

function requestHeaders({ rawHeaders }: IncomingMessage): [string, string][] {
  return rawHeaders.flatMap((name, i): [string, string][] =>
    i % 2 === 0 ? [[name.toLowerCase(), rawHeaders[i + 1] ?? '']] : [],
  );
}

function passed(headers: Iterable<[string, string]>): [string, string][] {
  return [...headers].filter(([name]) => !NOT_PASSED.has(name));
}
