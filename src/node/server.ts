import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import type { FakeApi } from '../api/create-fake-api.ts';
import type { ApiResponse, Handle } from '../api/exchange.ts';
import { listen, type Server, type ServerOptions } from './listen.ts';

/** Taken at import, so that a test that fakes timers cannot freeze the server. */
const { setImmediate } = globalThis;

/** Serves a fake over HTTP, for clients in other processes and languages. Fails when the port is taken. */
export async function startServer(
  { handle }: Pick<FakeApi, 'handle'>,
  options: ServerOptions = {},
): Promise<Server> {
  const allRead = waitForReads();
  const server = createServer((incoming, outgoing) => {
    void serve({ handle, allRead, incoming, outgoing });
  });
  return listen(server, options);
}

async function serve({
  handle,
  allRead,
  incoming,
  outgoing,
}: {
  readonly handle: Handle;
  readonly allRead: () => Promise<void>;
  readonly incoming: IncomingMessage;
  readonly outgoing: ServerResponse;
}): Promise<void> {
  const body = await readBody(incoming);
  // The client hung up before it had sent everything: nothing was asked for.
  if (body === undefined) return;
  await allRead();
  const response = await handle({
    method: incoming.method ?? 'GET',
    target: incoming.url ?? '/',
    header: (name) => incoming.headers[name]?.toString(),
    text: async () => body.toString(),
    bytes: async () => body,
  });
  outgoing.once('close', () => {
    if (!outgoing.writableFinished) response.lost?.();
  });
  if (response.breaks === 'before') outgoing.destroy();
  if (outgoing.destroyed) response.lost?.();
  else await send(response, outgoing);
}

/**
 * Makes a function that resolves once every request the system holds ready has been read. They are answered together then,
 * step by step: after a system call the processor has to fetch the code it runs anew, which takes longer than to answer.
 */
function waitForReads(): () => Promise<void> {
  let reads: Promise<void> | undefined;
  return () =>
    (reads ??= new Promise((resolve) => {
      setImmediate(() => {
        reads = undefined;
        resolve();
      });
    }));
}

/** The whole body, or undefined when it ends before it is whole. */
function readBody(incoming: IncomingMessage): Promise<Buffer | undefined> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    incoming
      .on('data', (chunk: Buffer) => chunks.push(chunk))
      .on('end', () => resolve(Buffer.concat(chunks)))
      .on('close', () => resolve(undefined));
  });
}

/** Sends a response: what is text at once, bytes one by one, as their policy cut them. */
async function send(
  { status, headers, body, breaks, pace }: ApiResponse,
  to: ServerResponse,
): Promise<void> {
  if (typeof body === 'string') {
    to.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(body) });
    to.end(body);
    return;
  }
  to.writeHead(status, headers);
  if (breaks) {
    const sent = Buffer.concat(body.map((chunk) => Buffer.from(chunk)));
    to.write(sent, () => to.destroy());
    return;
  }
  if (body.every((chunk) => typeof chunk === 'string')) to.end(body.join(''));
  // A client that hangs up ends the pipeline; `close` says so too.
  else await pipeline(pace ? slowly(body, pace) : body, to).catch(() => {});
}

async function* slowly<T>(
  chunks: readonly T[],
  pace: NonNullable<ApiResponse['pace']>,
): AsyncGenerator<T> {
  for (const [i, chunk] of chunks.entries()) {
    await pace(i);
    yield chunk;
  }
}
