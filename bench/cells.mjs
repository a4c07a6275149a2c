// The cells that are timed, the same on both sides.

export const EMPTY = 'x = 1';

export const ONE_CALL = 'y = await call({"a": 1})';

/** In functions: names of modules are looked up in dicts, which takes longer than the loop. */
export const LOOPS = {
  loops: 'def loops():\n    for _ in range(3_000_000): pass\nloops()',
  calls: 'def calls():\n    def g(): pass\n    for _ in range(1_000_000): g()\ncalls()',
};
