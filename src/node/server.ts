import type { AddressInfo } from 'node:net';
import { serve, type ServerType } from '@hono/node-server';
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
export async function startServer(api: FakeApi, options: ServerOptions = {}): Promise<Server> {
  const { port = 0, host = '127.0.0.1' } = options;
  const { server, address } = await new Promise<{ server: ServerType; address: AddressInfo }>(
    (resolve, reject) => {
      const listening = serve(
        { fetch: (request) => api.fetch(request), port, hostname: host },
        (info) => resolve({ server: listening, address: info }),
      );
      listening.once('error', reject);
    },
  );
  async function close(): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      server.close((error) => (error ? reject(error) : resolve()));
      if ('closeAllConnections' in server) server.closeAllConnections();
    });
  }
  const hostInUrl = address.family === 'IPv6' ? `[${address.address}]` : address.address;
  return {
    url: `http://${hostInUrl}:${address.port}`,
    close,
    [Symbol.asyncDispose]: close,
  };
}
