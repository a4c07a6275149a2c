import { type MessagePort, parentPort, receiveMessageOnPort } from 'node:worker_threads';
import { buildSnapshot } from './build-snapshot.ts';
import { CellKilled } from './cpu-meter.ts';
import { type Paused, type Progress, readPaused } from './driver-messages.ts';
import { createInterpreter, type Interpreter } from './interpreter.ts';
import type {
  BootMessage,
  FromWorker,
  OutcomeMessage,
  PinnedAnswers,
  Step,
  TaskMessage,
  ToWorker,
  WakeUp,
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
/** What is still to be done of the task. A blocking cell that is run again finds its answers here. */
let steps: Step[] = [];
let replaying = false;
/** The cell that blocked was dropped. */
let dropped = false;
let signals: Int32Array = new Int32Array(2);

// The words of the signals shared with the host.
const WAKE = 0;
const INTERRUPT = 1;

/** Real milliseconds to look out for the next task before falling asleep: being woken takes longer than most cells. */
const LOOKOUT = 0.1;
const now = performance.now.bind(performance);

host.on('message', (message: ToWorker) => {
  receive(message);
  if (message.kind === 'task') lookOut();
});

function receive(message: ToWorker): void {
  handle(message).catch((error: unknown) => {
    send({ kind: 'failed', message: error instanceof Error ? error.message : String(error) });
  });
}

/** Clients that have one cell after the other run are quick with the next. */
function lookOut(): void {
  let until = now() + LOOKOUT;
  while (now() < until) {
    const next = receiveMessageOnPort(host);
    if (!next) continue;
    const message: ToWorker = next.message;
    receive(message);
    until = now() + LOOKOUT;
  }
}

async function handle(message: ToWorker): Promise<void> {
  switch (message.kind) {
    case 'build': {
      const snapshot = await buildSnapshot(message.wasm, message.driver);
      send({ kind: 'built', snapshot });
      return;
    }
    case 'boot':
      interpreter = await boot(message);
      send({ kind: 'ready', heap: interpreter.heapSize() });
      return;
    case 'task':
      if (!interpreter) throw new Error('A task came before the worker was booted.');
      perform(interpreter, message);
      return;
  }
}

function boot(message: BootMessage): Promise<Interpreter> {
  const { wasm, snapshot, maxHeap, wheels } = message;
  signals = new Int32Array(message.wake);
  return createInterpreter({
    wasm,
    snapshot,
    maxHeap,
    wheels,
    // A plain read first: this is asked at every tick.
    interrupt: () => signals[INTERRUPT] !== 0 && Atomics.exchange(signals, INTERRUPT, 0) !== 0,
    exchange: (request) => {
      if (!interpreter) throw new Error('A cell blocked before the worker was booted.');
      const paused = readPaused(request);
      const { answers, at } = again(interpreter) ?? block(interpreter, paused, message.answers);
      told = at;
      // The same text whether the cell runs for the first time or again: it becomes part of the heap.
      return JSON.stringify({ answers, at });
    },
  });
}

/** The answers a cell that is run again got the first time. */
function again(python: Interpreter): PinnedAnswers | undefined {
  const [step] = steps;
  if (step?.kind !== 'resume') return undefined;
  steps.shift();
  python.clock.settle(told);
  if (steps.length === 0) begin(python);
  return step;
}

function block(python: Interpreter, paused: Paused, answers: MessagePort): PinnedAnswers {
  send(outcome(python, { ...paused, pinned: true }));
  for (;;) {
    Atomics.store(signals, WAKE, 0);
    const received = receiveMessageOnPort(answers);
    if (received) {
      const message: WakeUp = received.message;
      Atomics.store(signals, INTERRUPT, 0);
      if (message === 'drop') {
        dropped = true;
        throw new CellKilled('dropped');
      }
      return message;
    }
    Atomics.wait(signals, WAKE, 0);
  }
}

function perform(python: Interpreter, { save, load, replay, step }: TaskMessage): void {
  if (save) send({ kind: 'saved', image: python.save() });
  if (load?.kind === 'fresh') python.open(load.container);
  if (load?.kind === 'image') python.restore(load.image);
  if (!step) return;
  // An interrupt that came when the step before had just ended.
  Atomics.store(signals, INTERRUPT, 0);
  steps = [...replay, step];
  replaying = replay.length > 0;
  let progress: Progress | undefined;
  for (let next = steps.shift(); next; next = steps.shift()) {
    if (progress) python.clock.settle(told);
    if (steps.length === 0) begin(python);
    told = next.at;
    progress = advance(python, next);
  }
  if (!progress) return;
  if (dropped) {
    // The container goes on from elsewhere; what the cell left here is overwritten by the next one.
    dropped = false;
    python.takePrinted();
    send({ kind: 'ready' });
    return;
  }
  const asked = step.kind === 'read' || step.kind === 'execute';
  send({
    ...outcome(python, progress),
    ...(asked && { files: python.readFiles(), epoch: python.epoch() }),
  });
}

function advance(python: Interpreter, step: Step): Progress {
  switch (step.kind) {
    case 'run':
      return python.run(step);
    case 'resume':
      return python.resume(step.answers, step.at);
    case 'execute':
      python.writeFiles(step.files);
      return python.execute(step);
    case 'write':
      python.writeFiles(step.files);
      break;
    case 'read':
  }
  return { state: 'finished', return_code: 0, late: [], notes: [], timed_out: false };
}

/** From here on what happens is news to the host. */
function begin(python: Interpreter): void {
  if (!replaying) return;
  replaying = false;
  python.takePrinted();
  send({ kind: 'replayed' });
}

function outcome(
  python: Interpreter,
  progress: Progress | (Paused & { readonly pinned: true }),
): OutcomeMessage {
  python.clock.settle(told);
  const finished = progress.state === 'finished' ? progress : undefined;
  const pinned = 'pinned' in progress;
  const nondeterministic = python.takeInterrupted();
  return {
    kind: 'outcome',
    state: progress.state,
    calls: progress.state === 'paused' ? progress.calls : [],
    late: progress.late,
    notes: finished?.notes ?? [],
    timedOut: finished?.timed_out ?? false,
    returnCode: finished?.return_code ?? 0,
    pinned,
    nondeterministic,
    ...(nondeterministic && !pinned && { image: python.save() }),
    ...python.takePrinted(),
    at: python.clock.milliseconds(),
    heap: python.heapSize(),
  };
}

function send(message: FromWorker): void {
  host.postMessage(message, transferable(message));
}

/** Large arrays move instead of being copied; small ones are cheaper to copy. */
function transferable(message: FromWorker): ArrayBuffer[] {
  if (message.kind === 'saved') return [message.image.heap.bytes.buffer];
  if (message.kind === 'built') return [message.snapshot.buffer];
  return [];
}
