import { expect, test } from 'vitest';
import { openContainer, useSandbox } from './harness.ts';

const sandbox = useSandbox({ workers: 1 });
const other = useSandbox({ workers: 2 });

const CELLS = [
  `
import asyncio, datetime, os, random, secrets, sqlite3, tempfile, time, uuid
print(random.random(), random.sample(range(100), 5), secrets.token_hex(8), os.urandom(8).hex())
print(uuid.uuid4(), uuid.uuid1(), open("/dev/urandom", "rb").read(8).hex())
print(sqlite3.connect(":memory:").execute("select random()").fetchone())
print(time.time(), time.monotonic(), time.perf_counter(), time.process_time(), datetime.datetime.now())`,
  `
print({"a", "b", "c", "d"}, hash("x"), id(object()), object(), lambda: 0)
print(tempfile.mkstemp()[1], os.stat("/tmp").st_ino, os.getpid())
async def wait(n):
    await asyncio.sleep(random.random())
    return n
print([await task for task in asyncio.as_completed([wait(n) for n in range(5)])])`,
  'for _ in range(100_000): pass\nprint(time.monotonic())',
];

async function play(where: typeof sandbox, seed: string, disturb = false): Promise<string[]> {
  const container = await openContainer(where, seed);
  const printed: string[] = [];
  for (const code of CELLS) {
    const outcome = await container.run(code, { at: 1000 });
    printed.push(JSON.stringify(outcome));
    // Another container takes the worker: this one is saved and put back.
    if (disturb) await (await openContainer(where, 'x')).run('import os\nx = os.urandom(9)');
  }
  await container.dispose();
  return printed;
}

test('the same seed gives the same bytes, also after other containers and in other workers', async () => {
  const first = await play(sandbox, 'one');
  expect(first.join('')).not.toContain('Error');
  expect(await play(sandbox, 'one')).toEqual(first);
  expect(await play(sandbox, 'one', true)).toEqual(first);
  expect(await play(other, 'one', true)).toEqual(first);
});

test('another seed gives other random numbers', async () => {
  const container = [await openContainer(sandbox, 'one'), await openContainer(sandbox, 'two')];
  const code = 'import os, random, uuid\nprint(random.random(), os.urandom(8).hex(), uuid.uuid4())';
  const [one, two] = await Promise.all(container.map((it) => it.play(code)));
  const words = (text = ''): string[] => text.trim().split(' ');
  expect(words(one?.stdout)).toHaveLength(3);
  words(one?.stdout).forEach((word, i) => expect(word).not.toBe(words(two?.stdout)[i]));
});

test('CPU time is charged by what the code does', async () => {
  const container = await openContainer(sandbox);
  const outcome = await container.run('for _ in range(10_000_000): pass');
  expect(outcome).toMatchObject({ state: 'finished', at: 735 });
});
