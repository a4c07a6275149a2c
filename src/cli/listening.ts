import { InvalidArgumentError, Option } from 'commander';
import type { Server } from '../node/listen.ts';
import { EXIT, UsageError } from './exit-codes.ts';

/** What every command that serves has in common: a port, and an end. */

const LISTEN_FAILURES: Record<string, string> = {
  EADDRINUSE: 'the port is taken',
  EACCES: 'permission denied',
  EADDRNOTAVAIL: 'no such address on this machine',
  ENOTFOUND: 'no such host',
};

/** A server that is being started. Throws a `UsageError` when it cannot listen. */
export async function listening(
  starting: Promise<Server>,
  { port, host }: { readonly port: number; readonly host: string },
): Promise<Server> {
  try {
    return await starting;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    const reason = LISTEN_FAILURES[code] ?? code;
    throw new UsageError(`Cannot listen on ${host}, port ${port}: ${reason}.`, EXIT.port);
  }
}

/** Resolves at the first signal to stop. A second one ends the process as it always does. */
export function untilStopped(): Promise<void> {
  return new Promise((resolve) => {
    const stop = () => {
      for (const signal of ['SIGINT', 'SIGTERM'] as const) process.off(signal, stop);
      resolve();
    };
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, stop);
  });
}

const MAX_PORT = 65_535;

export function portOption(): Option {
  return new Option('--port <number>', 'port to listen on')
    .argParser(parsePort)
    .default(0, 'any that is free');
}

export function hostOption(): Option {
  return new Option('--host <host>', 'address to listen on').default('127.0.0.1');
}

function parsePort(text: string): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= MAX_PORT) return port;
  throw new InvalidArgumentError(`A port is a whole number from 0 to ${MAX_PORT}.`);
}
