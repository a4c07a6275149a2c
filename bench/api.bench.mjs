// The API against its rivals, side by side in one run. Gates are ratios; times are printed and gate nothing, for they are
// the machine's. Contenders take turns (A B A B), after a warm-up; each has to give the right answer first.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { createFakeApi, scenario } from '../dist/index.js';
import { load, post } from './api/load.mjs';
import { installAimock, startAimock, startCallsheet } from './api/servers.mjs';
import { createGates, median, row } from './api/stats.mjs';
import { requestBody, TEXT } from './api/texts.mjs';

const gates = createGates();
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1));

const WARM_UP = 3000;
const ROUNDS = 15;
const CALLS = 300;

async function inProcess() {
  console.log('A scripted text turn through the SDK, all rules on; microseconds a call');
  const program = fileURLToPath(new URL('./api/in-process.mjs', import.meta.url));
  const times = { stub: [], callsheet: [], msw: [] };
  const children = Object.keys(times).map((name) => [name, fork(program, [name])]);
  for (let round = 0; round <= ROUNDS; round++) {
    for (const [name, child] of children) {
      child.send({ calls: round === 0 ? WARM_UP : CALLS });
      const [time] = await once(child, 'message');
      if (round > 0) times[name].push(time);
    }
  }
  for (const [, child] of children) child.kill();
  console.log(row('a stub of fetch', times.stub, 'µs'));
  console.log(row('callsheet, fetch', times.callsheet, 'µs'));
  console.log(row('MSW 2, canned answer', times.msw, 'µs'));
  const [sdk, ours, msw] = [times.stub, times.callsheet, times.msw].map(median);
  console.log(
    `  all in all: ${(msw / ours).toFixed(2)}×, the SDK's own work on both sides included`,
  );
  // The stub is the SDK itself and a `Response`: what is left is what the answer costs.
  gates.check('an answer costs less than one of MSW', (msw - sdk) / (ours - sdk), 4);
}

async function overHttp(stream) {
  console.log(`A standalone server, 10 connections, ${stream ? 'SSE' : 'JSON'}; requests a second`);
  const servers = [await startCallsheet(), await startAimock()];
  let n = 0;
  const run = ({ url }, requests) =>
    load({
      url,
      connections: 10,
      requests,
      requestOf: () => post(url, '/v1/messages', JSON.stringify(requestBody(n++, stream))),
    });
  try {
    const rates = servers.map(() => []);
    for (const server of servers) {
      await checkAnswer(server, stream);
      await run(server, 3000);
    }
    for (let round = 0; round < ROUNDS; round++) {
      for (const [i, server] of servers.entries()) rates[i].push(await run(server, 1500));
    }
    console.log(row('callsheet serve', rates[0], 'req/s'));
    console.log(row('aimock 1.43', rates[1], 'req/s'));
    // Round by round, for a machine that is busy for a while slows both.
    const ratios = rates[0].map((rate, i) => rate / rates[1][i]);
    gates.check('callsheet is as fast as aimock and more', median(ratios), 1.1);
  } finally {
    await Promise.all(servers.map(({ stop }) => stop()));
  }
}

async function checkAnswer({ url }, stream) {
  const response = await fetch(`${url}/v1/messages`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-api-key': 'key' },
    body: JSON.stringify(requestBody('first', stream)),
  });
  const body = await response.text();
  const text = stream
    ? [...body.matchAll(/^data: (.*)$/gm)]
        .map(([, data]) => JSON.parse(data).delta?.text ?? '')
        .join('')
    : JSON.parse(body).content[0].text;
  if (text !== TEXT) throw new Error(`${url} answers wrongly: ${body}`);
}

/** A load test begins the same conversation over and over: the last must cost no more than the first did. */
async function manySessions() {
  console.log('20,000 conversations that begin alike, in one process; microseconds a request');
  const script = scenario('bench', (claude) => claude.onUser().says(TEXT));
  const body = JSON.stringify(requestBody('again'));
  const converse = async (api, times) => {
    for (let i = 0; i < times; i++) {
      await api.fetch('https://api.anthropic.com/v1/messages', { method: 'POST', body });
    }
  };
  await converse(createFakeApi({ script }), 5000);
  const before = process.memoryUsage().heapUsed;
  const api = createFakeApi({ script });
  const quarters = [];
  for (let quarter = 0; quarter < 4; quarter++) {
    const began = performance.now();
    await converse(api, 5000);
    quarters.push((performance.now() - began) / 5);
  }
  console.log(`  by quarter: ${quarters.map((time) => Math.round(time)).join(', ')}`);
  const heap = Math.round((process.memoryUsage().heapUsed - before) / 20_000 / 100) / 10;
  console.log(`  heap: about ${heap} kB a conversation, transcript included`);
  gates.check('the last quarter takes at most twice the first', (2 * quarters[0]) / quarters[3], 1);
}

await inProcess();
const missing = installAimock();
if (missing) {
  console.log(`aimock cannot be installed, its rows are skipped: ${missing}\n`);
} else {
  await overHttp(false);
  await overHttp(true);
}
await manySessions();
const passed = gates.count - gates.failed;
console.log(
  `api: ${passed} of ${gates.count} gates hold${missing ? ', 2 were skipped' : ''} (Node ${process.version})`,
);
process.exitCode = gates.failed > 0 ? 1 : 0;
