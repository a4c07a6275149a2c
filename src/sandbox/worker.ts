import { type MessagePort, parentPort, receiveMessageOnPort } from 'node:worker_threads';
import { buildSnapshot } from './build-snapshot.ts';
import { createInterpreter, type Interpreter } from './interpreter.ts';
import type {
  BootMessage,
  CallRequest,
  FromWorker,
  OutcomeMessage,
  PinnedAnswers,
  TaskMessage,
  ToWorker,
} from './worker-protocol.ts';

/**
 * A worker thread: one interpreter, into which containers are put in turn. Its realm is closed off from the host once
 * it has booted; what it needs of Node it has imported by then.
 */

if (!parentPort) throw new Error('This module is the entry of a worker thread.');
const host = parentPort;
let interpreter: Interpreter | undefined;
/** The time the host told last. A cell that gave up on a call may end before the answer to it comes. */
let told = 0;

host.on('message', (message: ToWorker) => {
  handle(message).catch((error: unknown) => {
    send({ kind: 'failed', message: error instanceof Error ? error.message : String(error) });
  });
});

async function handle(message: ToWorker): Promise<void> {
  switch (message.kind) {
    case 'build': {
      const snapshot = await buildSnapshot(message.wasm, message.driver);
      send({ kind: 'built', snapshot });
      return;
    }
    case 'boot':
      interpreter = await boot(message);
      send({ kind: 'ready' });
      return;
    case 'task':
      if (!interpreter) throw new Error('A task came before the worker was booted.');
      perform(interpreter, message);
  }
}

function boot(message: BootMessage): Promise<Interpreter> {
  const { wasm, snapshot, maxHeap } = message;
  const wake = new Int32Array(message.wake);
  return createInterpreter({
    wasm,
    snapshot,
    maxHeap,
    exchange: (request) => {
      if (!interpreter) throw new Error('A cell blocked before the worker was booted.');
      const { calls }: { calls: readonly CallRequest[] } = JSON.parse(request);
      send(outcome(interpreter, { state: 'paused', calls, pinned: true }));
      const answers = sleepUntilAnswered(wake, message.answers);
      told = answers.at;
      return JSON.stringify(answers);
    },
  });
}

function sleepUntilAnswered(wake: Int32Array, answers: MessagePort): PinnedAnswers {
  for (;;) {
    Atomics.store(wake, 0, 0);
    const received = receiveMessageOnPort(answers);
    if (received) {
      const message: PinnedAnswers = received.message;
      return message;
    }
    Atomics.wait(wake, 0, 0);
  }
}

function perform(python: Interpreter, { evict, load, step }: TaskMessage): void {
  if (evict) send({ kind: 'evicted', image: python.save() });
  if (load?.kind === 'fresh') python.open(load.container);
  if (load?.kind === 'image') python.restore(load.image);
  told = step.at;
  const progress = step.kind === 'run' ? python.run(step) : python.resume(step.answers, step.at);
  send(outcome(python, progress));
}

function outcome(
  python: Interpreter,
  progress: Partial<Pick<OutcomeMessage, 'state' | 'calls' | 'pinned'>> & { return_code?: number },
): OutcomeMessage {
  python.clock.moveTo(told);
  return {
    kind: 'outcome',
    state: progress.state ?? 'finished',
    calls: progress.calls ?? [],
    returnCode: progress.return_code ?? 0,
    pinned: progress.pinned ?? false,
    ...python.takePrinted(),
    at: python.clock.milliseconds(),
  };
}

function send(message: FromWorker): void {
  host.postMessage(message, transferable(message));
}

/** Large arrays move instead of being copied; small ones are cheaper to copy. */
function transferable(message: FromWorker): ArrayBuffer[] {
  if (message.kind === 'evicted') return [message.image.heap.bytes.buffer];
  if (message.kind === 'built') return [message.snapshot.buffer];
  return [];
}
