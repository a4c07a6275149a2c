import { parentPort } from 'node:worker_threads';
import type { FromShell, ProcessResult, ToShell } from './shell-protocol.ts';
import { virtualiseRealm } from './virtual-realm.ts';

/**
 * The thread of the shell. It has the files of one container at a time, as plain data, and neither an interpreter nor
 * anything of the host: no environment, no arguments, no standard streams.
 */

if (!parentPort) throw new Error('This module is the entry of a worker thread.');
const host = parentPort;
const realm = virtualiseRealm();
let answer: ((result: ProcessResult) => void) | undefined;

// Only now: just-bash keeps the clock it finds.
const shell = import('./shell.ts');

host.on('message', (message: ToShell) => {
  if (message.kind === 'result') {
    answer?.(message);
    return;
  }
  shell
    .then(({ runCommand }) =>
      runCommand(message, realm, (start) => {
        send(start);
        return new Promise((resolve) => {
          answer = resolve;
        });
      }),
    )
    .then(send, fail);
});

shell.then(() => send({ kind: 'ready' }), fail);

function send(message: FromShell): void {
  host.postMessage(message, []);
}

function fail(error: unknown): void {
  send({
    kind: 'failed',
    message: error instanceof Error ? (error.stack ?? error.message) : String(error),
  });
}
