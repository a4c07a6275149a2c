import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pipeline } from 'node:stream/promises';
import type { FakeApi } from '../api/create-fake-api.ts';
import type { ApiResponse, Handle } from '../api/exchange.ts';

export interface ServerOptions {
  /** Default: 0, any free port. */
  readonly port?: number | undefined;
  /** Default: `127.0.0.1`; the fake has no credentials to check, so think twice before binding elsewhere. */
  readonly host?: string | undefined;
}

export interface Server {
  /** Base URL for clients, such as `http://127.0.0.1:41234`: the value for `ANTHROPIC_BASE_URL`. */
  readonly url: string;
  /** Stops listening and closes open connections. The fake goes on. */
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** Serves a fake over HTTP, for clients in other processes and languages. Fails when the port is taken. */
export async function startServer(
  { handle }: Pick<FakeApi, 'handle'>,
  options: ServerOptions = {},
): Promise<Server> {
  const { port = 0, host = '127.0.0.1' } = options;
  const server = createServer((incoming, outgoing) => {
    void serve(handle, incoming, outgoing);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
  async function close(): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      server.close((error) => (error ? reject(error) : resolve()));
      server.closeAllConnections();
    });
  }
  return { url: urlOf(server.address()), close, [Symbol.asyncDispose]: close };
}

async function serve(
  handle: Handle,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  const body = await readBody(incoming);
  // The client hung up before it had sent everything: nothing was asked for.
  if (body === undefined) return;
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
  { status, headers, body, breaks }: ApiResponse,
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
  else await pipeline(body, to).catch(() => {});
}

function urlOf(address: AddressInfo | string | null): string {
  if (typeof address !== 'object' || address === null) throw new Error('The server has no port.');
  const host = address.family === 'IPv6' ? `[${address.address}]` : address.address;
  return `http://${host}:${address.port}`;
}
