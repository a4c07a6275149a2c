/**
 * Does some work, unless a signal aborts first: then it rejects with the signal's reason, as `fetch` does. Work that has
 * begun goes on.
 */
export function abortable<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const abort = (): void => reject(signal.reason);
    signal.addEventListener('abort', abort);
    const done = (): void => signal.removeEventListener('abort', abort);
    work().finally(done).then(resolve, reject);
  });
}
