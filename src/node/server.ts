import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { FakeApi } from '../api/create-fake-api.ts';

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
  const server = createServer((request, response) => {
    // Nothing is left to answer when a client hangs up while it still sends.
    exchange(handle, request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(port, host, () => {
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

async function exchange(
  handle: FakeApi['handle'],
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { headers, method = 'GET', url = '/' } = request;
  const body = await readText(request);
  const answer = await handle({
    method,
    target: url,
    header: (name) => headers[name]?.toString(),
    text: async () => body,
  });
  if (response.destroyed) {
    answer.lost?.();
    return;
  }
  response.once('close', () => {
    if (!response.writableFinished) answer.lost?.();
  });
  // The same bytes on every run: no header says when this one was.
  response.sendDate = false;
  const { status, headers: answered, body: sent } = answer;
  if (typeof sent === 'string') {
    response.writeHead(status, { ...answered, 'content-length': Buffer.byteLength(sent) });
    response.end(sent);
    return;
  }
  response.writeHead(status, answered);
  if (sent.every((chunk) => typeof chunk === 'string')) response.write(sent.join(''));
  else for (const chunk of sent) response.write(chunk);
  response.end();
}

function readText(request: IncomingMessage): Promise<string> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    request
      .on('data', (chunk: Buffer) => chunks.push(chunk))
      .on('end', () => resolve(Buffer.concat(chunks).toString()))
      .on('error', reject);
  });
}

function urlOf(address: AddressInfo | string | null): string {
  if (typeof address !== 'object' || address === null) throw new Error('The server has no port.');
  const host = address.family === 'IPv6' ? `[${address.address}]` : address.address;
  return `http://${host}:${address.port}`;
}
