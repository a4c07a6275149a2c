import { expect, test } from 'vitest';
import type { CallAnswer, CellCall } from '../../dist/protocol/sandbox.js';
import { EPOCH, useSandbox } from './harness.ts';

/** What code of agents does with tools, tasks, time and exits, and what comes of it. */
interface Case {
  readonly code: string;
  readonly stdout?: string;
  /** The last line of stderr. */
  readonly error?: string;
  readonly code_?: number;
  /** How many calls each pause reports. */
  readonly pauses?: readonly number[];
  /** Virtual milliseconds the client takes for each answer. Default: 1000. */
  readonly turnaround?: number;
  /** Virtual seconds at the end. */
  readonly at?: number;
}

const sandbox = useSandbox({ workers: 1 });
const counting = useSandbox({ workers: 1, limits: { cellTimeCountsWaiting: true } });

const TIMEOUT = 'detection_timeout: the cell reached its time limit';
const IMPORT = 'import asyncio\n';

const CASES: Record<string, Case> = {
  'top-level await': { code: 'print(await f({"q": 1}))', stdout: '1\n', pauses: [1] },
  'a gather of two calls': {
    code: `${IMPORT}print(*await asyncio.gather(f({"q": "a"}), g({"q": "b"})))`,
    stdout: 'a b\n',
    pauses: [2],
  },
  'calls in a loop': {
    code: 'for n in range(3): print(await f({"q": n}))',
    stdout: '0\n1\n2\n',
    pauses: [1, 1, 1],
  },
  'asyncio.run at module level': {
    code: `${IMPORT}async def main(): return await asyncio.gather(f({"q": 1}), f({"q": 2}))\nprint(asyncio.run(main()))`,
    stdout: "['1', '2']\n",
    pauses: [2],
  },
  'asyncio.run under a guard': {
    code: `${IMPORT}async def main(): print(await f({"q": 1}))\nif __name__ == "__main__":\n    asyncio.run(main())`,
    stdout: '1\n',
    pauses: [1],
  },
  'asyncio.run in a function': {
    code: `${IMPORT}async def main(): print(await f({"q": 1}))\ndef go(): asyncio.run(main())\ngo()`,
    stdout: '1\n',
    pauses: [1],
  },
  'run_until_complete of a new loop': {
    code: `${IMPORT}loop = asyncio.new_event_loop()\nprint(loop.run_until_complete(f({"q": 1})))\nloop.close()`,
    stdout: '1\n',
    pauses: [1],
  },
  'get_event_loop in a synchronous cell': {
    code: `${IMPORT}print(asyncio.get_event_loop().run_until_complete(f({"q": 1})))`,
    stdout: '1\n',
    pauses: [1],
  },
  'a task beside a long sleep': {
    code: `${IMPORT}import time\nt = time.time()\ntask = asyncio.create_task(f({"q": 1}))\nawait asyncio.sleep(80)\nprint(await task, round(time.time() - t))`,
    stdout: '1 80\n',
    pauses: [1],
    at: 80,
  },
  'wait_for around a call': {
    code: `${IMPORT}try:\n    await asyncio.wait_for(f({"q": 1}), timeout=0.5)\nexcept TimeoutError as error:\n    print("timeout", repr(error))`,
    stdout: 'timeout TimeoutError()\n',
    pauses: [1],
    at: 1,
  },
  'wait_for around a sleep': {
    code: `${IMPORT}try:\n    await asyncio.wait_for(asyncio.sleep(60), timeout=5)\nexcept asyncio.TimeoutError as error:\n    print(repr(error))`,
    stdout: 'TimeoutError()\n',
    at: 5,
  },
  'asyncio.timeout': {
    code: `${IMPORT}try:\n    async with asyncio.timeout(3): await asyncio.sleep(10)\nexcept TimeoutError: print("timeout")`,
    stdout: 'timeout\n',
    at: 3,
  },
  'a task group': {
    code: `${IMPORT}async with asyncio.TaskGroup() as group:\n    a = group.create_task(f({"q": 1})); b = group.create_task(g({"q": 2}))\nprint(a.result(), b.result())`,
    stdout: '1 2\n',
    pauses: [2],
  },
  'an error in a task group': {
    code: `${IMPORT}async def bad(): raise ValueError("x")\nasync with asyncio.TaskGroup() as group:\n    group.create_task(f({"q": 1})); group.create_task(bad())`,
    error: '    +------------------------------------',
    code_: 1,
    pauses: [],
  },
  'an async generator': {
    code: 'async def gen():\n    for n in range(3): yield await f({"q": n})\nprint([x async for x in gen()])',
    stdout: "['0', '1', '2']\n",
    pauses: [1, 1, 1],
  },
  'as_completed with a semaphore': {
    code: `${IMPORT}limit = asyncio.Semaphore(2)\nasync def one(n):\n    async with limit: return await f({"q": n})\nprint(*[await it for it in asyncio.as_completed([one(n) for n in range(5)])])`,
    pauses: [2, 2, 1],
  },
  'exceptions in tasks': {
    code: `${IMPORT}async def bad():\n    await asyncio.sleep(1)\n    raise ValueError("boom")\ntask = asyncio.create_task(bad())\ntry: await task\nexcept ValueError as error: print("caught", error)\nprint(await asyncio.gather(bad(), f({"q": 1}), return_exceptions=True))`,
    stdout: "caught boom\n[ValueError('boom'), '1']\n",
    pauses: [1],
  },
  'a call that fails': {
    code: 'await f({"q": "ERROR"})',
    error: 'RuntimeError: db down',
    code_: 1,
    pauses: [1],
  },
  'a call that nobody answers in time': {
    code: 'try: await f({"q": 1})\nexcept TimeoutError as error: print(error)',
    stdout: "Calling tool ['f'] timed out (no response after 270s).\n",
    pauses: [1],
    turnaround: 300_000,
  },
  'an answer after 100 s': {
    code: 'print(await f({"q": 1}))',
    stdout: '1\n',
    pauses: [1],
    turnaround: 100_000,
    at: 100,
  },
  'a sleep past the limit': {
    code: `${IMPORT}print("a")\nawait asyncio.sleep(100)\nprint("never")`,
    stdout: 'a\n',
    error: TIMEOUT,
    code_: 1,
    at: 90,
  },
  'blocking sleeps past the limit': {
    code: 'import time\nprint("a"); time.sleep(50); print("b"); time.sleep(50); print("never")',
    stdout: 'a\nb\n',
    error: TIMEOUT,
    code_: 1,
    at: 90,
  },
  'a future nobody sets': {
    code: `${IMPORT}await asyncio.get_running_loop().create_future()`,
    error: TIMEOUT,
    code_: 1,
    at: 90,
  },
  threads: {
    code: 'import threading\nres = []\ndef work(n): res.append((n, threading.current_thread().name))\nts = [threading.Thread(target=work, args=(n,)) for n in range(2)]\n[t.start() for t in ts]; [t.join() for t in ts]\nprint(res, threading.active_count(), threading.current_thread().name)',
    stdout: "[(0, 'Thread-1 (work)'), (1, 'Thread-2 (work)')] 1 MainThread\n",
  },
  'an executor': {
    code: 'from concurrent.futures import ThreadPoolExecutor, as_completed\nwith ThreadPoolExecutor(4) as pool:\n    print(list(pool.map(lambda x: x * x, range(4))), sorted(it.result() for it in as_completed([pool.submit(pow, 2, n) for n in range(3)])))',
    stdout: '[0, 1, 4, 9] [1, 2, 4]\n',
  },
  'asyncio.to_thread': {
    code: `${IMPORT}print(await asyncio.to_thread(sum, [1, 2, 3]))`,
    stdout: '6\n',
  },
  'a call in a thread': {
    code: `${IMPORT}import threading\nout = []\nt = threading.Thread(target=lambda: out.append(asyncio.run(f({"q": 1}))))\nt.start(); t.join(); print(out)`,
    stdout: "['1']\n",
    pauses: [1],
  },
  'a call in a thread, while an event loop runs': {
    code: `${IMPORT}other = asyncio.create_task(f({"q": 1}))\nawait asyncio.sleep(0)\nprint(await asyncio.to_thread(lambda: asyncio.run(g({"q": 2}))), await other)\nprint(await asyncio.get_running_loop().run_in_executor(None, lambda: asyncio.run(f({"q": 3}))))`,
    stdout: '2 1\n3\n',
    pauses: [2, 1],
  },
  'input()': {
    code: 'input("name? ")',
    stdout: 'name? ',
    error: 'EOFError: EOF when reading a line',
    code_: 1,
  },
  'sys.exit with a number': {
    code: 'import sys\nprint("bye"); sys.exit(3)',
    stdout: 'bye\n',
    code_: 3,
  },
  'sys.exit with a text': { code: 'import sys\nsys.exit("fatal")', error: 'fatal', code_: 1 },
  'raise SystemExit': { code: 'raise SystemExit', code_: 0 },
  'a syntax error': { code: 'x = = 1', error: 'SyntaxError: invalid syntax', code_: 1 },
  'an error of an error': {
    code: 'try: {}["k"]\nexcept KeyError as error: raise RuntimeError("wrapped") from error',
    error: 'RuntimeError: wrapped',
    code_: 1,
  },
  'an error after a call': {
    code: 'async def inner():\n    r = await f({"q": 1})\n    return r["no"]\nawait inner()',
    error: "TypeError: string indices must be integers, not 'str'",
    code_: 1,
    pauses: [1],
  },
  'recursion without end': {
    code: 'def r(n): return r(n + 1)\nr(0)',
    error: 'RecursionError: maximum recursion depth exceeded',
    code_: 1,
  },
  'a loop without end': { code: 'while True: pass', error: TIMEOUT, code_: 1, at: 90 },
  'a loop that swallows everything': {
    code: 'while True:\n    try:\n        while True: pass\n    except BaseException: pass',
    error: 'Killed',
    code_: 137,
  },
  'a loop of turns of the event loop': {
    code: `${IMPORT}while True: await asyncio.sleep(0)`,
    error: TIMEOUT,
    code_: 1,
    at: 90,
  },
  'os._exit': { code: 'import os\nos._exit(7)', code_: 7 },
  KeyboardInterrupt: { code: 'raise KeyboardInterrupt', error: 'KeyboardInterrupt', code_: 1 },
  'a call without await': {
    code: 'print(type(f({})).__name__)',
    stdout: 'coroutine\n',
    pauses: [],
  },
  'a cancelled call': {
    code: `${IMPORT}task = asyncio.create_task(f({"q": 1}))\nawait asyncio.sleep(0)\ntask.cancel()\ntry: await task\nexcept asyncio.CancelledError: print("cancelled")`,
    stdout: 'cancelled\n',
    pauses: [],
  },
};

let ids = 0;

async function play(
  where: typeof sandbox,
  { code, turnaround = 1000 }: Case,
  codes: string[] = [code],
) {
  const container = await where.createContainer({ id: `case_${++ids}`, seed: '', epoch: EPOCH });
  const pauses: number[] = [];
  const results = [];
  for (const cell of codes) {
    let outcome = await container.run({
      id: `cell_${++ids}`,
      code: cell,
      tools: ['f', 'g'],
      at: 0,
    });
    while (outcome.state === 'paused') {
      pauses.push(outcome.calls.length);
      outcome = await container.resume(outcome.calls.map(answer), outcome.at + turnaround);
    }
    results.push(outcome);
  }
  const next = await container.run({ id: 'next', code: 'print("alive")', tools: [], at: 0 });
  expect(next).toMatchObject({ stdout: 'alive\n' });
  await container.dispose();
  return { results, pauses };
}

function answer({ key, input }: CellCall): CallAnswer {
  const failed = input['q'] === 'ERROR';
  return { key, content: failed ? 'db down' : String(input['q']), raise: failed };
}

test.each(Object.entries(CASES))('%s', async (_, example) => {
  const { results, pauses } = await play(sandbox, example);
  const [result] = results;
  if (result?.state !== 'finished') throw new Error('not finished');
  if (example.stdout !== undefined) expect(result.stdout).toBe(example.stdout);
  if (example.pauses) expect(pauses).toEqual(example.pauses);
  const last = result.stderr.trimEnd().split('\n').at(-1);
  if (example.error !== undefined) expect(last).toContain(example.error);
  else if (example.pauses === undefined || example.pauses.length > 0) expect(last).toBe('');
  if (example.error === TIMEOUT) expect(result.stderr).toBe(`${TIMEOUT}\n`);
  expect(result.return_code).toBe(example.code_ ?? 0);
  if (example.at !== undefined) expect(Math.floor(result.at / 1000)).toBe(example.at);
});

test('an answer after 100 s meets the limit of the cell where waiting counts', async () => {
  const { results } = await play(counting, {
    code: 'print(await f({"q": 1}))',
    turnaround: 100_000,
  });
  expect(results).toMatchObject([{ stderr: `${TIMEOUT}\n`, timedOut: true, return_code: 1 }]);
});

test('a task that is left over goes on in the next cells, and its call is reported by the next that waits', async () => {
  const { results, pauses } = await play(sandbox, { code: '' }, [
    `${IMPORT}log = []\nasync def work():\n    for n in range(3):\n        log.append(n)\n        await asyncio.sleep(1)\n    log.append(await f({"q": "work"}))\ntask = asyncio.create_task(work())\nawait asyncio.sleep(0)\nprint(log)`,
    'await asyncio.sleep(2.5)\nprint(log, task.done())',
    'print(await task, log)',
  ]);
  expect(results.map((it) => it.state === 'finished' && it.stdout)).toEqual([
    '[0]\n',
    '[0, 1, 2] False\n',
    "None [0, 1, 2, 'work']\n",
  ]);
  expect(pauses).toEqual([1]);
});
