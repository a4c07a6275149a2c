/**
 * Does some work, unless a signal aborts first: then it rejects with the signal's reason, as `fetch` does. Work that has
 * begun goes on.
 */
export async function abortable<T>(work: () => T | Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted();
  let abort: (() => void) | undefined;
  const aborted = new Promise<never>((_, reject) => {
    abort = () => reject(signal.reason);
    signal.addEventListener('abort', abort);
  });
  try {
    return await Promise.race([work(), aborted]);
  } finally {
    if (abort) signal.removeEventListener('abort', abort);
  }
}
