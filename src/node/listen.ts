import type { Server as HttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface ServerOptions {
  /** Default: 0, any free port. */
  readonly port?: number | undefined;
  /** Default: `127.0.0.1`; there are no credentials to check, so think twice before binding elsewhere. */
  readonly host?: string | undefined;
}

export interface Server {
  /** Base URL for clients, such as `http://127.0.0.1:41234`: the value for `ANTHROPIC_BASE_URL`. */
  readonly url: string;
  /** Stops listening and closes open connections. */
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** A client may take its time, in a debugger as well: no limit of real time ends its connection. */
const UNHURRIED = { keepAliveTimeout: 0, headersTimeout: 0, requestTimeout: 0 };

/** Starts a server. Fails when the port is taken. */
export async function listen(
  server: HttpServer,
  { port = 0, host = '127.0.0.1' }: ServerOptions = {},
): Promise<Server> {
  Object.assign(server, UNHURRIED);
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

function urlOf(address: AddressInfo | string | null): string {
  if (typeof address !== 'object' || address === null) throw new Error('The server has no port.');
  const host = address.family === 'IPv6' ? `[${address.address}]` : address.address;
  return `http://${host}:${address.port}`;
}
