import { expect, test } from 'vitest';
import { openContainer, useSandbox } from './harness.ts';

const sandbox = useSandbox({ workers: 1 });
/** Time runs faster from the start: what ends here ends there, a few times sooner. */
const impatient = useSandbox({ workers: 1, limits: { iterations: 10_000 } });

const TIMED_OUT = {
  state: 'finished',
  stdout: '',
  stderr: 'detection_timeout: the cell reached its time limit\n',
  return_code: 1,
  at: 90_000,
  timedOut: true,
};

test.each(
  Object.entries({
    'that does nothing': 'while True: pass',
    'that counts': 'x = 0\nwhile True: x += 1',
    'of nested calls': 'def a(): b()\ndef b(): pass\ndef go():\n    while True: a()\ngo()',
    'in a comprehension': 'import itertools\n[n for n in itertools.count() if False]',
    'over a generator': 'def numbers():\n    while True: yield 1\nfor n in numbers(): pass',
    'over iter': 'for n in iter(int, 1): pass',
    'of C functions': 'while True: str(1)',
    'of exceptions': 'while True:\n    try: 1 / 0\n    except Exception: pass',
    'of callbacks':
      'import asyncio\nloop = asyncio.get_running_loop()\ndef again():\n    loop.call_soon(again)\n    for _ in range(1000): pass\nagain()\nawait asyncio.Event().wait()',
    'of turns': 'import asyncio\nwhile True: await asyncio.sleep(0)',
    'in two tasks':
      'import asyncio\nasync def turn():\n    while True: await asyncio.sleep(0)\nasync with asyncio.TaskGroup() as group:\n    for _ in range(2): group.create_task(turn())',
    'in a task nobody awaits':
      'import asyncio\nasync def spin():\n    while True: pass\ntask = asyncio.create_task(spin())\nawait asyncio.sleep(1)',
    'in a coroutine that runs to its end':
      'import asyncio\nasync def spin():\n    while True: await asyncio.sleep(0)\nasyncio.run(spin())',
    'in a blocking coroutine':
      'import asyncio\nasync def spin():\n    while True: await asyncio.sleep(0)\ndef go(): asyncio.run(spin())\ngo()',
    'in a thread':
      'import threading\ndef spin():\n    while True: pass\nthread = threading.Thread(target=spin)\nthread.start()\nthread.join()',
    'in an executor':
      'import concurrent.futures\ndef spin():\n    while True: pass\nwith concurrent.futures.ThreadPoolExecutor() as pool: pool.submit(spin)',
    'in __del__':
      'class Loop:\n    def __del__(self):\n        while True: pass\nit = Loop()\ndel it',
    'whose end is caught': 'try:\n    while True: pass\nexcept BaseException: pass',
  }),
)('a loop %s ends with the limit of the cell', async (_, code) => {
  const container = await openContainer(impatient);
  expect(await container.run(code)).toEqual(TIMED_OUT);
  expect(await container.run('import gc\ngc.collect()\nprint("next")')).toMatchObject({
    stdout: 'next\n',
    stderr: '',
    at: 90_000,
  });
});

test('an endless loop ends after some ten million iterations, and an ordinary one runs to its end', async () => {
  const container = await openContainer(sandbox);
  const ordinary = await container.run('for n in range(10_000_000): pass\nprint(n)');
  expect(ordinary).toMatchObject({ stdout: '9999999\n', return_code: 0 });
  expect(ordinary.at).toBeGreaterThan(500);
  expect(ordinary.at).toBeLessThan(1000);
  expect(await container.run('n = 0\nwhile True: n += 1')).toMatchObject({ timedOut: true });
  expect(Number((await container.play('print(n)')).stdout)).toBeLessThan(15_000_000);
});

test.each(['str(n)', 'json.dumps({"a": [n, 2, 3]})', 're.sub("a+", "b", "xaa")'])(
  'a hundred thousand times %s is no endless loop',
  async (code) => {
    const container = await openContainer(sandbox);
    const outcome = await container.run(`import json, re\nfor n in range(100_000): ${code}`);
    expect(outcome).toMatchObject({ return_code: 0 });
    expect(outcome.at).toBeLessThan(2000);
  },
);

test('thousands of turns of an event loop are no endless loop', async () => {
  const container = await openContainer(sandbox);
  const { stdout } = await container.play(`
import asyncio
async def give():
    for n in range(10_000): await queue.put(n)
async def take(): return sum([await queue.get() for _ in range(10_000)])
queue = asyncio.Queue(1)
print((await asyncio.gather(give(), take()))[1])`);
  expect(stdout).toBe('49995000\n');
});
