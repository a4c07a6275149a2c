import { expect, test } from 'vitest';
import type { SandboxContainer } from '../../dist/protocol/sandbox.js';
import { EPOCH, useSandbox } from './harness.ts';

const sandbox = useSandbox();
let containers = 0;

async function open(seed = 'seed'): Promise<Required<SandboxContainer>> {
  const container = await sandbox.createContainer({
    id: `files_${++containers}`,
    seed,
    epoch: EPOCH,
  });
  if (!('bash' in container)) throw new Error('This sandbox has no files.');
  return container as Required<SandboxContainer>;
}

const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
const bytes = (value: string): Uint8Array => new TextEncoder().encode(value);

test('$INPUT_DIR is named after the seed and holds what was uploaded', async () => {
  const container = await open();
  expect(container.inputDirectory).toMatch(/^\/files\/input\/[0-9a-f]{16}$/);
  expect((await open('other')).inputDirectory).not.toBe(container.inputDirectory);
  await container.writeFile('data.csv', bytes('a,b\n'));
  expect(await container.listFiles()).toEqual(['data.csv']);
  expect(text(await container.readFile('data.csv'))).toBe('a,b\n');
  const { stdout } = await container.bash({
    id: 'a',
    command: 'cat $INPUT_DIR/data.csv; echo $INPUT_DIR',
    at: 0,
  });
  expect(stdout).toBe(`a,b\n${container.inputDirectory}\n`);
  const cell = 'import os\nprint(open(os.environ["INPUT_DIR"] + "/data.csv").read(), end="")';
  expect(await container.run({ id: 'b', code: cell, tools: [], at: 0 })).toMatchObject({
    stdout: 'a,b\n',
  });
});

test('a file that is not there cannot be read', async () => {
  await expect((await open()).readFile('nothing')).rejects.toMatchObject({ code: 'file.missing' });
});

test('each command gets an empty $OUTPUT_DIR and hands over the files at its top', async () => {
  const container = await open();
  const command =
    'echo x > $OUTPUT_DIR/x.txt; mkdir $OUTPUT_DIR/d; echo y > $OUTPUT_DIR/d/y.txt; ls $OUTPUT_DIR';
  const { files } = await container.bash({ id: 'a', command, at: 0 });
  expect(files.map(({ name, bytes }) => [name, text(bytes)])).toEqual([['x.txt', 'x\n']]);
  expect(await container.bash({ id: 'b', command: 'ls $OUTPUT_DIR', at: 0 })).toMatchObject({
    stdout: '',
    files: [],
  });
});

test('a program run by a command writes to the same $OUTPUT_DIR', async () => {
  const command = `python3 -c "import os; open(os.environ['OUTPUT_DIR'] + '/p.txt', 'w').write('p')"`;
  const { files } = await (await open()).bash({ id: 'a', command, at: 0 });
  expect(files.map(({ name }) => name)).toEqual(['p.txt']);
});

test('a cell with outputs gets an $OUTPUT_DIR too', async () => {
  const code = 'import os\nopen(os.environ["OUTPUT_DIR"] + "/c.txt", "w").write("c")';
  const outcome = await (await open()).run({ id: 'a', code, tools: [], at: 0, outputs: true });
  expect(outcome).toMatchObject({ files: [{ name: 'c.txt' }] });
});

test('a fresh cell has no variables of earlier cells, and their files', async () => {
  const container = await open();
  const cell = { tools: [], at: 0 };
  await container.run({ ...cell, id: 'a', code: 'x = 1\nopen("/tmp/f", "w").write("kept")' });
  const code = 'print("x" in globals(), open("/tmp/f").read())';
  expect(await container.run({ ...cell, id: 'b', code, fresh: true })).toMatchObject({
    stdout: 'False kept\n',
  });
});

test('a fresh cell calls tools', async () => {
  const container = await open();
  const code = 'import asyncio\nasync def main():\n    print(await ask({}))\nasyncio.run(main())';
  const paused = await container.run({ id: 'a', code, tools: ['ask'], at: 0, fresh: true });
  if (paused.state !== 'paused') throw new Error('The cell did not call.');
  const answers = paused.calls.map(({ key }) => ({ key, content: 'answer' }));
  expect(await container.resume(answers, 0)).toMatchObject({ stdout: 'answer\n', return_code: 0 });
});

test('files are in checkpoints and forks', async () => {
  const container = await open();
  await container.writeFile('data.csv', bytes('a\n'));
  await container.bash({ id: 'a', command: 'echo 1 > /tmp/f', at: 0 });
  const fork = await container.fork({ id: 'fork of files' });
  const copy = await sandbox.restoreContainer?.(await container.checkpoint(), {
    id: 'copy of files',
  });
  await container.bash({ id: 'b', command: 'echo 2 > /tmp/f', at: 0 });
  for (const other of [fork, copy]) {
    const read = await other?.bash?.({ id: 'c', command: 'cat /tmp/f $INPUT_DIR/data.csv', at: 0 });
    expect(read).toMatchObject({ stdout: '1\na\n' });
  }
});

test('a container does one thing at a time', async () => {
  const container = await open();
  const first = container.bash({ id: 'a', command: 'echo 1', at: 0 });
  await expect(container.bash({ id: 'b', command: 'echo 2', at: 0 })).rejects.toMatchObject({
    code: 'container.busy',
  });
  expect(await first).toMatchObject({ stdout: '1\n' });
});

test('while a cell waits no command runs', async () => {
  const container = await open();
  await container.run({ id: 'a', code: 'await ask({})', tools: ['ask'], at: 0 });
  await expect(container.bash({ id: 'b', command: 'echo 2', at: 0 })).rejects.toMatchObject({
    code: 'container.busy',
  });
});
