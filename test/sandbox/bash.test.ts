import { expect, test } from 'vitest';
import type { BashOutcome } from '../../dist/protocol/container-tools.js';
import type { SandboxContainer } from '../../dist/protocol/sandbox.js';
import { EPOCH, useSandbox } from './harness.ts';

const sandbox = useSandbox();
let containers = 0;

async function open(seed = 'seed'): Promise<SandboxContainer> {
  return sandbox.createContainer({ id: `bash_${++containers}`, seed, epoch: EPOCH });
}

let commands = 0;

async function bash(container: SandboxContainer, command: string, at = 0): Promise<BashOutcome> {
  if (!container.bash) throw new Error('This sandbox has no bash.');
  return container.bash({ id: `command_${++commands}`, command, at });
}

async function output(command: string): Promise<string> {
  const { stdout, stderr, return_code } = await bash(await open(), command);
  expect({ stderr, return_code }).toEqual({ stderr: '', return_code: 0 });
  return stdout;
}

test('a command sees the files of cells, and cells those of commands', async () => {
  const container = await open();
  const cell = { tools: [], at: 0 };
  await container.run({
    ...cell,
    id: 'a',
    code: 'open("/tmp/a.txt", "w").write("from a cell\\n")',
  });
  expect(await bash(container, 'tr a-z A-Z < /tmp/a.txt | tee /tmp/b.txt')).toMatchObject({
    stdout: 'FROM A CELL\n',
    stderr: '',
    return_code: 0,
  });
  expect(
    await container.run({ ...cell, id: 'b', code: 'print(open("/tmp/b.txt").read(), end="")' }),
  ).toMatchObject({ stdout: 'FROM A CELL\n' });
});

test('python3 is a process of its own: it does not see the variables of cells', async () => {
  const container = await open();
  await container.run({ id: 'a', code: 'x = 1', tools: [], at: 0 });
  expect(await bash(container, 'python3 -c "print(x)"')).toMatchObject({
    return_code: 1,
    stderr: expect.stringMatching(/NameError: name 'x' is not defined\n$/),
  });
  expect(await container.run({ id: 'b', code: 'print(x)', tools: [], at: 0 })).toMatchObject({
    stdout: '1\n',
  });
});

test('python3 runs files, modules, heredocs and pipes, with arguments, input and environment', async () => {
  const script = `cat > hello.py <<'EOF'
import os, sys
print(sys.argv, os.environ['NAME'], sys.stdin.read().strip(), __name__)
EOF
echo input | NAME=x python3 hello.py a 'b c'
python3 - one <<'EOF'
import sys
print(sys.argv[1:])
EOF
echo 'print(6 * 7)' | python3
python3 -m json.tool <<< '{"a":1}'
python3 --version | cut -d. -f1,2`;
  expect(await output(script)).toBe(
    "['hello.py', 'a', 'b c'] x input __main__\n['one']\n42\n{\n    \"a\": 1\n}\nPython 3.11\n",
  );
});

test('the exit status of python3 is the status of the program', async () => {
  const container = await open();
  const { stdout, stderr } = await bash(
    container,
    `python3 -c 'import sys; sys.exit(3)'; echo $?
     python3 -c 'import os; os._exit(5)'; echo $?
     python3 nowhere.py; echo $?`,
  );
  expect(stdout).toBe('3\n5\n2\n');
  expect(stderr).toBe(
    "python3: can't open file '/tmp/nowhere.py': [Errno 2] No such file or directory\n",
  );
});

test('a program leaves its files written, closed or not', async () => {
  expect(await output(`python3 -c "f = open('a.txt', 'w'); f.write('kept')"; cat a.txt`)).toBe(
    'kept',
  );
});

test('asyncio runs in a program', async () => {
  expect(
    await output(`python3 -c "
import asyncio
async def main():
    await asyncio.sleep(2)
    print('slept')
asyncio.run(main())
"`),
  ).toBe('slept\n');
});

test('nothing of a command is left for the next but its files', async () => {
  const container = await open();
  await bash(container, 'cd /; x=1; touch /tmp/kept');
  expect(await bash(container, 'pwd; echo "[$x]"; ls')).toMatchObject({
    stdout: '/tmp\n[]\nkept\n',
  });
});

test('a file a cell has open stays open when a command removes it', async () => {
  const container = await open();
  const cell = { tools: [], at: 0 };
  await container.run({
    ...cell,
    id: 'a',
    code: 'f = open("/tmp/f", "w+"); f.write("abc"); f.flush()',
  });
  await bash(container, 'rm f; mkdir -p d && cd d && touch x');
  expect(
    await container.run({
      ...cell,
      id: 'b',
      code: 'f.seek(0); import os; print(f.read(), os.listdir("/tmp"))',
    }),
  ).toMatchObject({ stdout: "abc ['d']\n" });
});

test('time is virtual: sleeping takes none, and the date is the container’s', async () => {
  // Longer than a test may take.
  const outcome = await bash(await open(), 'date +%FT%T; sleep 250; date +%FT%T', 5000);
  expect(outcome).toMatchObject({ stdout: '2035-01-01T00:00:05\n2035-01-01T00:04:15\n' });
  expect(outcome.at).toBeGreaterThanOrEqual(255_000);
});

test('timeout ends what takes too long, in virtual time', async () => {
  expect(
    await bash(await open(), 'timeout 2 sleep 10; echo $?; timeout 5 echo in time'),
  ).toMatchObject({
    stdout: '124\nin time\n',
  });
});

test('equal seeds give equal bytes, other seeds others', async () => {
  const command =
    'echo $RANDOM; shuf -i 1-1000 | head -3; mktemp; python3 -c "import random; print(random.random())"';
  const run = async (seed: string): Promise<string> => {
    const container = await open(seed);
    const { stdout } = (await container.bash?.({ id: 'same', command, at: 0 })) ?? { stdout: '' };
    return stdout;
  };
  expect(await run('a')).toBe(await run('a'));
  expect(await run('a')).not.toBe(await run('b'));
});

test('a loop that never ends is ended', async () => {
  const container = await open();
  expect(await bash(container, 'while true; do :; done')).toMatchObject({
    error_code: 'execution_time_exceeded',
    stderr: '',
  });
  expect(await bash(container, 'echo alive')).toMatchObject({ stdout: 'alive\n' });
});

test.each(['while True: pass', 'import time; time.sleep(1000)'])(
  'a program that never ends is ended, and its files stay: %s',
  async (code) => {
    const container = await open();
    expect(
      await bash(container, `touch before; python3 -c "${code}"; echo not reached`),
    ).toMatchObject({ error_code: 'execution_time_exceeded', stdout: '' });
    expect(await bash(container, 'ls')).toMatchObject({ stdout: 'before\n' });
  },
);

test('a sleep beyond the limit is ended', async () => {
  expect(await bash(await open(), 'sleep 100000; echo not reached')).toMatchObject({
    error_code: 'execution_time_exceeded',
    stdout: '',
    at: 300_000,
  });
});

test('output beyond the limit is cut', async () => {
  const container = await open();
  const { stdout } = await bash(container, `python3 -c "print('x' * 30_000_000)"`);
  expect(stdout.length).toBeLessThanOrEqual(10 * 1024 * 1024);
  expect(await bash(container, 'x=aaaa; while true; do x=$x$x; done')).toMatchObject({
    return_code: 126,
  });
  expect(await bash(container, 'echo alive')).toMatchObject({ stdout: 'alive\n' });
});

test('files outside the container cannot be read', async () => {
  const { stdout, stderr } = await bash(
    await open(),
    `cat /etc/hostname ../../../../../../etc/hostname ${import.meta.filename}; ls /proc/1 /home; ls / | tr '\\n' ' '`,
  );
  expect(stdout).toBe('/home:\ndev files home lib proc root tmp usr ');
  expect(stderr.match(/No such file or directory/g)).toHaveLength(4);
});

test('there is no network', async () => {
  const { stderr, return_code } = await bash(await open(), 'curl -sS https://example.com');
  expect({ stderr, return_code }).toEqual({
    stderr: 'curl: (6) Could not resolve host: example.com\n',
    return_code: 6,
  });
});

test('a long listing looks like GNU’s', async () => {
  expect(await output('mkdir d; printf 12345 > d/f; touch d/.h; cd d; ls -la; ls -lh f')).toBe(
    `total 12
drwxr-xr-x 2 root root 4096 Jan  1 00:00 .
drwxrwxrwx 3 root root 4096 Jan  1 00:00 ..
-rw-r--r-- 1 root root    0 Jan  1 00:00 .h
-rw-r--r-- 1 root root    5 Jan  1 00:00 f
-rw-r--r-- 1 root root 5 Jan  1 00:00 f
`,
  );
});

const COMMANDS: readonly (readonly [command: string, output: string])[] = [
  ['for n in $(seq 1 3); do echo "$n: $((n*n))"; done', '1: 1\n2: 4\n3: 9\n'],
  ['printf "b 2\\na 1\\n" | sort | awk \'{s+=$2} END {print s}\'', '3\n'],
  ['echo \'{"a":[1,{"b":3}]}\' | jq -c ".a[1]"', '{"b":3}\n'],
  ['seq 4 | paste -sd+', '1+2+3+4\n'],
  ['diff <(printf "a\\nb\\n") <(printf "a\\nc\\n") || true', '2c2\n< b\n---\n> c\n'],
  ['echo hi | xxd', '00000000: 6869 0a                                  hi.\n'],
  ['uname -s; nproc; whoami; which python3', 'Linux\n1\nroot\n/usr/local/bin/python3\n'],
  ['yes | head -2', 'y\ny\n'],
  ['head -c 3 /dev/zero | xxd -p', '000000\n'],
  ['declare -A m; m[k]=v; [[ abc =~ ^a(.)c$ ]] && echo "${m[k]} ${BASH_REMATCH[1]}"', 'v b\n'],
];

for (const [command, expected] of COMMANDS) {
  test(`runs: ${command}`, async () => {
    expect(await output(command)).toBe(expected);
  });
}
