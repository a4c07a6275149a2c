#!/usr/bin/env node
/**
 * A server under load for a while: `node scripts/soak-server.mjs [--seconds N] [--sessions N]`.
 *
 * Rounds of concurrent conversations (200), each with cells, sequential and parallel calls and variables that last, half of
 * them streamed, with faults of every kind. After each round its fakes are disposed of and the server's memory is taken,
 * with the garbage collected. Exit code 1 when a conversation hangs or ends otherwise than its faults allow, when a cell is
 * left without an end, when memory grows by more than the bound from the second round to the last, or when the server does
 * not end by itself. Runs on the built files.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import Anthropic from '@anthropic-ai/sdk';
import { KINDS } from './soak-faults.mjs';

/** Megabytes by which a server may grow after its second round. */
const BOUNDS = { heap: 8, rss: 160 };
const SESSION_LIMIT_MS = 60_000;
const END_LIMIT_MS = 10_000;
const TOOLS = [
  { type: 'code_execution_20260120', name: 'code_execution' },
  {
    name: 'double',
    description: 'Returns twice the number, as text.',
    input_schema: { type: 'object', properties: { n: { type: 'number' } }, required: ['n'] },
    allowed_callers: ['code_execution_20260120'],
  },
];

/** A correct agent that sends two messages. Returns Claude's last words. */
async function converse(client, stream) {
  const messages = [];
  let container;
  let words = '';
  for (const content of ['Begin', 'Go on']) {
    messages.push({ role: 'user', content });
    for (;;) {
      const body = {
        model: 'claude-sonnet-4-6',
        max_tokens: 1024,
        tools: TOOLS,
        messages,
        container,
      };
      const response = stream
        ? await client.messages.stream(body).finalMessage()
        : await client.messages.create(body);
      container = response.container?.id ?? container;
      messages.push({ role: 'assistant', content: response.content });
      if (response.stop_reason === 'pause_turn') continue;
      const calls = response.content.filter(({ type }) => type === 'tool_use');
      words = response.content.findLast(({ type }) => type === 'text')?.text ?? words;
      if (calls.length === 0) break;
      const results = calls.map(({ id, input }) => ({
        type: 'tool_result',
        tool_use_id: id,
        content: String(2 * input.n),
      }));
      messages.push({ role: 'user', content: results });
    }
  }
  return words;
}

/** How a conversation ended: undefined when as it should, what is wrong otherwise. */
async function runSession(url, kind, index) {
  const client = new Anthropic({
    apiKey: 'soak',
    baseURL: `${url}/${kind}/s/${index}`,
    maxRetries: 4,
    timeout: SESSION_LIMIT_MS,
    logLevel: 'off',
  });
  const { recovers } = Object.values(KINDS)[kind];
  try {
    const words = await converse(client, index % 2 === 0);
    return words === 'The end.' ? undefined : `it ended with ${JSON.stringify(words)}`;
  } catch (error) {
    const hangs = error instanceof Anthropic.APIConnectionTimeoutError;
    return recovers || hangs ? `${error.constructor.name}: ${error.message}` : undefined;
  }
}

async function runRound(server, url, sessions) {
  await ask(server, 'begin');
  const names = Object.keys(KINDS);
  const start = performance.now();
  const ended = await Promise.all(
    Array.from({ length: sessions }, async (_, index) => {
      const kind = index % names.length;
      const wrong = await runSession(url, kind, index);
      return wrong === undefined ? [] : [`${names[kind]}, conversation ${index}: ${wrong}`];
    }),
  );
  const seconds = (performance.now() - start) / 1000;
  const { unfinished, ...memory } = await ask(server, 'end');
  return { seconds, memory, wrong: [...ended.flat(), ...unfinished] };
}

async function ask(server, question) {
  server.send(question);
  const [answer] = await Promise.race([
    once(server, 'message'),
    once(server, 'exit').then(([code]) => {
      throw new Error(`the server ended with ${code}`);
    }),
  ]);
  return answer;
}

/** Whether the server ends by itself once nothing is left for it to do. */
async function endsByItself(server) {
  const exited = once(server, 'exit');
  server.send('close');
  const timer = setTimeout(() => server.kill('SIGKILL'), END_LIMIT_MS);
  const [code] = await exited;
  clearTimeout(timer);
  return code === 0;
}

async function main() {
  const { values } = parseArgs({
    options: {
      seconds: { type: 'string', default: '60' },
      sessions: { type: 'string', default: '200' },
    },
  });
  const [seconds, sessions] = [Number(values.seconds), Number(values.sessions)];
  const entry = fileURLToPath(new URL('./soak-server-child.mjs', import.meta.url));
  const server = fork(entry, { execArgv: ['--expose-gc'] });
  const [{ url }] = await once(server, 'message');
  const rounds = [];
  const start = performance.now();
  // Growth needs two rounds to be measured, and the first is warming up.
  while (rounds.length < 3 || (performance.now() - start) / 1000 < seconds) {
    const round = await runRound(server, url, sessions);
    rounds.push(round);
    const { heap, rss } = round.memory;
    console.log(
      `round ${rounds.length}: ${sessions} sessions in ${round.seconds.toFixed(1)} s, then heap ${heap.toFixed(1)} MB, RSS ${rss.toFixed(0)} MB`,
    );
    for (const line of round.wrong) console.log(`  ${line}`);
  }
  const ended = await endsByItself(server);
  if (!ended) console.log('the server does not end by itself');
  return judge(rounds, sessions, ended);
}

function judge(rounds, sessions, ended) {
  const wrong = rounds.flatMap((round) => round.wrong).length;
  const [, second] = rounds;
  const last = rounds.at(-1);
  const grown = Object.entries(BOUNDS).map(([name, bound]) => {
    const by = last.memory[name] - second.memory[name];
    return { name, by, bound, holds: by <= bound };
  });
  const memory = grown.map(
    ({ name, by, bound }) => `${name} ${by >= 0 ? '+' : ''}${by.toFixed(1)} MB (bound ${bound})`,
  );
  console.log(
    `server soak: ${rounds.length * sessions} sessions, ${sessions} at once, ${wrong} ended wrong; ${memory.join(', ')}`,
  );
  return ended && wrong === 0 && grown.every(({ holds }) => holds) ? 0 : 1;
}

process.exitCode = await main();
