/** How a Python process ended without returning: what a shell would say about it. */
export interface Death {
  /** The exit status, or 128 plus the signal's number. */
  readonly returnCode: number;
  /** What goes to stderr, with its newline; may be empty. */
  readonly message: string;
}

const SIGABRT = 6;
const SIGKILL = 9;
const SIGSEGV = 11;

/** Reads the cause from what the interpreter threw. */
export function causeOfDeath(error: unknown): Death {
  const { name, message, status } = describe(error);
  if (status !== undefined) return { returnCode: status & 0xff, message: '' };
  if (name === 'CellKilled') return { returnCode: 128 + SIGKILL, message: 'Killed\n' };
  // Pyodide's C library aborts with the `unreachable` instruction.
  if (/abort|unreachable/i.test(message))
    return { returnCode: 128 + SIGABRT, message: 'Aborted\n' };
  // A wasm trap or an overflow of the JavaScript stack.
  return { returnCode: 128 + SIGSEGV, message: 'Segmentation fault\n' };
}

function describe(error: unknown): { name: string; message: string; status?: number } {
  if (typeof error !== 'object' || error === null) return { name: '', message: String(error) };
  const status: unknown = Reflect.get(error, 'status');
  return {
    name: String(Reflect.get(error, 'name')),
    message: String(Reflect.get(error, 'message')),
    ...(typeof status === 'number' && { status }),
  };
}
