import { expect, test } from 'vitest';
import { answer, callsOf, openContainer, useSandbox } from './harness.ts';

const sandbox = useSandbox({ workers: 1 });
const pair = useSandbox({ workers: 2 });

test('containers see nothing of one another', async () => {
  const [a, b] = [await openContainer(sandbox), await openContainer(sandbox)];
  await a.run(
    'secret = 1\nopen("/tmp/a", "w").close()\nopen("/root/a", "w").close()\nimport os\nos.chdir("/root")',
  );
  await a.run(
    'import builtins, time\nbuiltins.leak = 1\ntime.sleep(5)\nopen("/lib/leak.py", "w").close()',
  );
  const { stdout } = await b.play(
    'import os, builtins, time\nprint("secret" in globals(), os.listdir("/tmp"), os.listdir("/root"), os.getcwd(), hasattr(builtins, "leak"), int(time.monotonic()), os.path.exists("/lib/leak.py"))',
  );
  expect(stdout).toBe('False [] [] /tmp False 0 False\n');
});

test('many containers on one worker are answered in any order while they wait', async () => {
  const containers = await Promise.all(Array.from({ length: 5 }, () => openContainer(sandbox)));
  const paused = await Promise.all(
    containers.map((container, n) =>
      container.run(
        `n = ${n}\nprint("start", n)\nprint(await f({"n": n}), await f({"n": n + 10}))`,
        {
          tools: ['f'],
        },
      ),
    ),
  );
  for (const n of [3, 0, 4, 1, 2]) {
    const again = await containers[n]?.resume(answer(paused[n] as never, `first ${n}`));
    expect(callsOf(again as never)[0]?.input).toEqual({ n: n + 10 });
    paused[n] = again as never;
  }
  const ends = await Promise.all(
    containers.map((container, n) => container.resume(answer(paused[n] as never, `second ${n}`))),
  );
  expect(ends.map((end) => end.state === 'finished' && end.stdout)).toEqual(
    [0, 1, 2, 3, 4].map((n) => `start ${n}\nfirst ${n} second ${n}\n`),
  );
});

test('everything a container has travels with it', async () => {
  const [a, b] = [await openContainer(sandbox), await openContainer(sandbox)];
  await a.run(`
import os, sqlite3, tempfile, random
database = sqlite3.connect("/tmp/data.db")
database.execute("create table t (n)")
database.execute("insert into t values (7)")
log = open("log.txt", "w+")
log.write("one ")
log.flush()
duplicate = os.dup(log.fileno())
nameless = tempfile.TemporaryFile()
nameless.write(b"nameless")
number = os.fstat(nameless.fileno()).st_ino
nameless.flush()
os.symlink("/tmp/log.txt", "/tmp/link")
os.mkdir("/tmp/folder", 0o700)
os.umask(0o077)
os.chdir("/tmp/folder")
before = os.stat("/tmp/log.txt")
random.seed(1)`);
  await b.run('import os\nopen("/tmp/log.txt", "w").write("of b")\nos.mkdir("/tmp/other")');
  const { stdout, stderr } = await a.play(`
os.write(duplicate, b"two")
log.seek(0)
nameless.seek(0)
print(database.execute("select n from t").fetchall(), log.read(), nameless.read())
after = os.stat("/tmp/log.txt")
print(open("/tmp/link").read(), sorted(os.listdir("/tmp")), os.getcwd(), oct(os.umask(0)))
print(os.fstat(nameless.fileno()).st_ino == number)
print(before.st_ino == after.st_ino, before.st_ctime == after.st_ctime, random.random())`);
  expect(stderr).toBe('');
  expect(stdout).toBe(`[(7,)] one two b'nameless'
one two ['data.db', 'data.db-journal', 'folder', 'link', 'log.txt'] /tmp/folder 0o77
True
True True 0.13436424411240122
`);
});

test('a container goes on in another worker', async () => {
  const [a, b, c] = (await Promise.all([1, 2, 3].map(() => openContainer(pair)))) as never as [
    Awaited<ReturnType<typeof openContainer>>,
    Awaited<ReturnType<typeof openContainer>>,
    Awaited<ReturnType<typeof openContainer>>,
  ];
  const containers = [a, b, c];
  for (let round = 0; round < 6; round++) {
    const order = [...containers.slice(round % 3), ...containers.slice(0, round % 3)];
    await Promise.all(order.map((it) => it.run('rounds = globals().get("rounds", 0) + 1')));
  }
  const printed = await Promise.all(containers.map((it) => it.play('print(rounds)')));
  expect(printed.map(({ stdout }) => stdout)).toEqual(['6\n', '6\n', '6\n']);
});

test('a cell that blocks its worker does not block another container', async () => {
  const [blocking, other] = [await openContainer(sandbox), await openContainer(sandbox)];
  const paused = await blocking.run(
    'import asyncio\ndef wait(): return asyncio.run(f({}))\nprint(wait())',
    { tools: ['f'] },
  );
  expect((await other.play('print("free")')).stdout).toBe('free\n');
  expect(await blocking.resume(answer(paused, 'answered'))).toMatchObject({
    stdout: 'answered\n',
    return_code: 0,
  });
  expect((await blocking.play('print(wait)')).stdout).toMatch(/^<function wait/);
});

test('a container runs one cell at a time', async () => {
  const container = await openContainer(sandbox);
  const paused = await container.run('await f({})', { tools: ['f'] });
  await expect(container.run('pass')).rejects.toThrow(
    `Container "${container.id}" cannot run cell "cell_2": it waits for answers in cell "cell_1", and it runs one at a time.`,
  );
  await container.resume(answer(paused, ''));
});

test('answers without a waiting cell are refused', async () => {
  const container = await openContainer(sandbox);
  await expect(container.resume([])).rejects.toThrow(
    `Container "${container.id}" has no calls to answer: no cell is running. Resume only after an outcome with state "paused".`,
  );
});

test('answers must fit the calls, and a refused answer leaves the cell waiting', async () => {
  const container = await openContainer(sandbox);
  const paused = await container.run('print(await f({}))', { tools: ['f'] });
  await expect(container.resume([{ key: 'call_9', content: '' }])).rejects.toThrow(
    `The answers do not fit cell "cell_1" of container "${container.id}": call_1 not answered; call_9 not waiting. Answer every call of the last outcome exactly once.`,
  );
  expect(await container.resume(answer(paused, 'ok'))).toMatchObject({ stdout: 'ok\n' });
});

test('two containers of a sandbox cannot have the same id', async () => {
  const options = { id: 'twin', seed: '', epoch: 0 };
  const twin = await sandbox.createContainer(options);
  await expect(sandbox.createContainer(options)).rejects.toThrow(
    'Cannot create container "twin": the sandbox has one with this id. Dispose of it first, or use another id.',
  );
  await twin.dispose();
  await (await sandbox.createContainer(options)).dispose();
});

test('a folder lists its files in the order they were made, after other containers too', async () => {
  const [a, b] = [await openContainer(sandbox), await openContainer(sandbox)];
  const make = (...names: string[]): string =>
    `for name in ${JSON.stringify(names)}: open("/tmp/" + name, "w").close()\n`;
  await a.run(make('one', 'two', 'three'));
  await b.run(`${make('first', 'two', 'three')}import os\nos.remove("/tmp/first")`);
  expect((await a.play('import os\nprint(*os.listdir("/tmp"))')).stdout).toBe('one two three\n');
});
