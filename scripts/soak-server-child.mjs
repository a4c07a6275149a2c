/** The server of soak-server.mjs: a fake for each kind of fault, behind one port. Its parent says when a round begins and ends. */
import { setImmediate } from 'node:timers/promises';
import { createFakeApi, pyodideSandbox, scenario } from '../dist/index.js';
import { startServer } from '../dist/node/index.js';
import { KINDS } from './soak-faults.mjs';

const BEGIN = `
import asyncio, random
total = 0
for n in range(3):
    try:
        total += int(await double({"n": n}))
    except TimeoutError:
        total += 1
total += sum(int(each) for each in await asyncio.gather(*(double({"n": n}) for n in range(4))))
blob = random.randbytes(50_000)
print(total)`;
const GO_ON = `
try:
    print(total + int(await double({"n": len(blob)})))
except NameError:
    print("begun anew")`;

const script = scenario('soak', (claude) => {
  claude.onUser('Begin').says('I compute.').runs(BEGIN).says('More?');
  claude.onUser('Go on').runs(GO_ON).says('The end.');
});
const sandbox = pyodideSandbox();
let fakes = [];

const server = await startServer({
  handle: (request) => {
    const [, kind = '', rest = ''] = /^\/(\d+)(.*)$/.exec(request.target) ?? [];
    return fakes[kind].handle({ ...request, target: rest });
  },
});

/** Cells that began and neither ended nor were given up with their container. */
function unfinished(events) {
  const open = new Map();
  for (const event of events) {
    if (event.type === 'cell.started') open.set(event.cell, event);
    if (event.type === 'cell.finished') open.delete(event.cell);
  }
  return [...open.values()].map(({ session, cell }) => `cell ${cell} of ${session} never ended`);
}

async function end() {
  const kinds = Object.values(KINDS);
  const left = fakes.flatMap((fake, i) =>
    kinds[i].recovers ? unfinished(fake.transcript.events) : [],
  );
  await Promise.all(fakes.map((fake) => fake.dispose()));
  fakes = [];
  // What the first collection finds dead lets go of its buffers in the second.
  gc();
  await setImmediate();
  gc();
  const { heapUsed, external, rss } = process.memoryUsage();
  return { heap: (heapUsed + external) / 1e6, rss: rss / 1e6, unfinished: left };
}

async function obey(order) {
  switch (order) {
    case 'begin':
      fakes = Object.values(KINDS).map(({ schedule }) =>
        createFakeApi({ script, sandbox, schedule }),
      );
      return {};
    case 'end':
      return end();
    case 'close':
      await server.close();
      await sandbox.dispose();
      process.disconnect();
      return undefined;
    default:
      throw new Error(`No such order: ${order}`);
  }
}

process.on('message', async (order) => {
  const answer = await obey(order);
  if (answer) process.send(answer);
});
process.send({ url: server.url });
