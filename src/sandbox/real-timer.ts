/** Taken at import, so that a test that fakes timers cannot freeze the watchdog. */
const { setTimeout, clearTimeout } = globalThis;

/** Calls `expired` after so many real milliseconds, unless the returned function is called before. */
export type StartTimer = (milliseconds: number, expired: () => void) => () => void;

/** A timer that does not keep the process alive. */
export const startRealTimer: StartTimer = (milliseconds, expired) => {
  const timer = setTimeout(expired, milliseconds);
  timer.unref();
  return () => clearTimeout(timer);
};
