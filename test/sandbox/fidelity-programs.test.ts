import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { EPOCH, useSandbox } from './harness.ts';
import { orSkip } from '../support/or-skip.ts';
import { findPython, runPython } from './native-python.ts';
import { type Program, PROGRAMS } from './fidelity-programs.ts';

interface Result {
  readonly stdout: string;
  readonly code: number;
  /** The last line of stderr. */
  readonly error: string;
}

interface Answer {
  readonly name: string;
  readonly input: unknown;
  readonly content: string;
}

/** Runs the cells of a program as the real sandbox does, answering calls from a list. */
const RUNNER = `
import ast, asyncio, contextlib, inspect, io, json, sys, traceback, types
program = json.load(sys.stdin)
answers = list(program["answers"])
def tool(name):
    async def call(input):
        at = next(i for i, it in enumerate(answers) if it["name"] == name and it["input"] == input)
        return answers.pop(at)["content"]
    return call
main = types.ModuleType("__main__")
sys.modules["__main__"] = main
main.__dict__.update({name: tool(name) for name in program["tools"]})
loop = asyncio.new_event_loop()
results = []
for cell in program["cells"]:
    out, err, code = io.StringIO(), "", 0
    with contextlib.redirect_stdout(out):
        try:
            compiled = compile(cell, "cell.py", "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
            if compiled.co_flags & inspect.CO_COROUTINE:
                loop.run_until_complete(eval(compiled, main.__dict__))
            else:
                exec(compiled, main.__dict__)
        except SystemExit as exit:
            code = exit.code
        except BaseException:
            code, err = 1, traceback.format_exc()
    results.append({"stdout": out.getvalue(), "code": code, "error": (err.strip().splitlines() or [""])[-1]})
json.dump(results, sys.stdout)
`;

const python = orSkip('programs as native Python runs them', findPython);

const folder = mkdtempSync(join(tmpdir(), 'callsheet-programs-'));
afterAll(() => rmSync(folder, { recursive: true }));
const sandbox = useSandbox();

async function playHere({
  does,
  cells,
  tools = {},
}: Program): Promise<{ results: Result[]; answers: Answer[] }> {
  const container = await sandbox.createContainer({ id: does, seed: does, epoch: EPOCH });
  const results: Result[] = [];
  const answers: Answer[] = [];
  for (const [i, code] of cells.entries()) {
    let outcome = await container.run({ id: `cell_${i}`, code, tools: Object.keys(tools), at: 0 });
    while (outcome.state === 'paused') {
      const given = outcome.calls.map(({ key, name, input }) => {
        const content = tools[name]?.(input) ?? '';
        answers.push({ name, input, content });
        return { key, content };
      });
      outcome = await container.resume(given, outcome.at);
    }
    const { stdout, stderr, return_code } = outcome;
    results.push({ stdout, code: return_code, error: stderr.trimEnd().split('\n').at(-1) ?? '' });
  }
  await container.dispose();
  return { results, answers };
}

async function playNatively(
  { cells, tools = {} }: Program,
  answers: readonly Answer[],
): Promise<Result[]> {
  if (!python) throw new Error('There is no native Python.');
  const input = JSON.stringify({ cells, tools: Object.keys(tools), answers });
  const { stdout, stderr } = await runPython(python, ['-c', RUNNER], { input, cwd: folder });
  if (stdout === '') throw new Error(stderr);
  const results: Result[] = JSON.parse(stdout);
  return results;
}

for (const program of PROGRAMS) {
  test.skipIf(!python)(`as CPython 3.11: a program that ${program.does}`, async () => {
    const { results, answers } = await playHere(program);
    expect(results).toEqual(await playNatively(program, answers));
  });
}
