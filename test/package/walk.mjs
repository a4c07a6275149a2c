/**
 * A walk through the installed package, in a folder that holds it, its peers, an agent, its tools and a scenario: all is
 * imported, a session is served and recorded, replayed, run again with today's tools, held against its contract, drawn, and a
 * property finds nothing. Throws where something is not as it should be. scripts/package-leg.mjs runs it.
 */
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import * as z from 'zod';
import * as main from 'callsheet';
import * as contract from 'callsheet/contract';
import * as fastCheck from 'callsheet/fast-check';
import * as msw from 'callsheet/msw';
import * as node from 'callsheet/node';
import * as probe from 'callsheet/probe';
import * as sdk from 'callsheet/sdk';
import fc from 'fast-check';
import Anthropic from '@anthropic-ai/sdk';

const CLI = 'node_modules/callsheet/dist/cli/main.js';
const ANSWERS = 'You earned 153.50.\nIn week 3, twelve units.\n';

for (const entry of [main, contract, fastCheck, msw, node, probe, sdk]) {
  assert.ok(Object.keys(entry).length > 0);
}

/** Runs the command line; what it printed, and how it ended. */
function callsheet(...args) {
  try {
    const stdout = execFileSync(process.execPath, [CLI, ...args], {
      encoding: 'utf8',
      stdio: 'pipe',
    });
    return { status: 0, stdout };
  } catch (error) {
    return { status: error.status, stdout: error.stdout, stderr: error.stderr };
  }
}

/** A server as a person starts it: ready when it has printed where it is. */
async function serve(...args) {
  const child = spawn(process.execPath, [CLI, 'serve', ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let printed = '';
  for await (const text of child.stdout.setEncoding('utf8')) {
    printed += text;
    const url = /^ANTHROPIC_BASE_URL=(.*)$/m.exec(printed)?.[1];
    if (url) return { url, child };
  }
  throw new Error(`serve printed no URL: ${printed}`);
}

for (const file of ['totals.yaml', 'totals.html']) rmSync(file, { force: true });
process.env.ANTHROPIC_API_KEY = 'test';
const agent = ['--', process.execPath, 'agent.mjs'];

const { url, child } = await serve('sales-total.yaml');
const recorded = callsheet('record', '--out', 'totals.yaml', '--upstream', url, ...agent);
child.kill();
assert.deepEqual(recorded, { status: 0, stdout: ANSWERS });

assert.deepEqual(callsheet('replay', 'totals.yaml', ...agent), { status: 0, stdout: ANSWERS });
const rerun = callsheet('rerun', 'totals.yaml');
assert.equal(rerun.status, 0);
assert.equal(rerun.stdout.match(/: as recorded$/gm)?.length, 2);

// The tool of the recording, with its function; then with an argument more.
const again = callsheet('check', 'totals.yaml', '--tools', 'tools-then.mjs', '--rerun');
assert.equal(again.status, 0, again.stdout);
assert.match(again.stdout, /^nothing changed/m);
const today = callsheet('check', 'totals.yaml', '--tools', 'tools.mjs');
assert.equal(today.status, 1);
assert.match(today.stdout, /fetch_sales_data \/year: was optional, now required/);

assert.equal(callsheet('show', 'totals.yaml', '--html', '--out', 'totals.html').status, 0);
assert.match(readFileSync('totals.html', 'utf8'), /fetch_sales_data/);

const { scenario } = main;
const greeting = scenario('greeting', (claude) => {
  claude
    .onUser('Hi')
    .runs('print(40 + 2)')
    .says((turn) => turn.lastCell.stdout.trim());
});
const runAgent = async (api) => {
  const client = new Anthropic({ apiKey: 'test', fetch: api.fetch, maxRetries: 5 });
  const { content } = await client.messages.create({
    model: 'claude-sonnet-4-6',
    max_tokens: 64,
    tools: [{ type: 'code_execution_20260120', name: 'code_execution' }],
    messages: [{ role: 'user', content: 'Hi' }],
  });
  assert.equal(content.at(-1).text, '42');
};
const property = fastCheck.agentProperty(greeting, runAgent, {
  faults: { kinds: ['error'], maxFaults: 1 },
});
await fc.assert(property, { numRuns: 5, seed: 1 });

const tool = { name: 't', inputSchema: z.object({ day: z.string() }) };
assert.deepEqual(contract.compareTools(contract.readTools([tool]), contract.readTools([tool])), []);
