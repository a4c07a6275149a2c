import type { AddressInfo } from 'node:net';
import { createAdaptorServer, type HttpBindings } from '@hono/node-server';
import { Hono } from 'hono';
import type { FakeApi } from '../api/create-fake-api.ts';
import type { ApiResponse } from '../api/exchange.ts';

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
  const app = new Hono<{ Bindings: HttpBindings }>();
  app.all('*', async ({ req, env: { incoming, outgoing } }) => {
    const { status, headers, body, lost } = await handle({
      method: req.method,
      target: incoming.url ?? '/',
      header: (name) => req.header(name),
      text: () => req.text(),
    });
    if (outgoing.destroyed) lost?.();
    outgoing.once('close', () => {
      if (!outgoing.writableFinished) lost?.();
    });
    return new Response(toBody(body), { status, headers });
  });
  const server = createAdaptorServer({ fetch: app.fetch });
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
      if ('closeAllConnections' in server) server.closeAllConnections();
    });
  }
  return { url: urlOf(server.address()), close, [Symbol.asyncDispose]: close };
}

/** Texts are sent together; bytes one by one, as their policy cut them. */
function toBody(body: ApiResponse['body']): string | ReadableStream<Uint8Array> {
  if (typeof body === 'string') return body;
  if (body.every((chunk) => typeof chunk === 'string')) return body.join('');
  const chunks = body.values();
  return new ReadableStream<Uint8Array>({
    pull(controller) {
      const { done, value } = chunks.next();
      if (done) controller.close();
      else controller.enqueue(typeof value === 'string' ? Buffer.from(value) : value);
    },
  });
}

function urlOf(address: AddressInfo | string | null): string {
  if (typeof address !== 'object' || address === null) throw new Error('The server has no port.');
  const host = address.family === 'IPv6' ? `[${address.address}]` : address.address;
  return `http://${host}:${address.port}`;
}
