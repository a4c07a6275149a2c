// The session that is measured: three requests, a cell in a fresh container, two calls. The agent is as plain as agents get,
// so that what it costs is what any costs at least.
import { python, scenario } from '../../dist/index.js';

export const SCENARIO = scenario(
  'two calls',
  (claude) =>
    claude
      .onUser('Go.')
      .runs(python`
        first = await fetch_rows({"n": 1})
        second = await fetch_rows({"n": 2})
        print(first, second)
      `)
      .says('Done.'),
  { tools: { fetch_rows: { returns: '7' } } },
);

const CODE = 'code_execution_20260120';
const TOOLS = [
  { type: CODE, name: 'code_execution' },
  { name: 'fetch_rows', input_schema: { type: 'object' }, allowed_callers: [CODE] },
];

export async function runAgent(api, { inputs: [content] }) {
  const messages = [{ role: 'user', content }];
  let container;
  for (let requests = 1; ; requests++) {
    const body = {
      model: 'claude-sonnet-4-6',
      max_tokens: 1024,
      tools: TOOLS,
      messages,
      container,
    };
    const response = await api.fetch('https://api.anthropic.com/v1/messages', {
      method: 'POST',
      body: JSON.stringify(body),
    });
    const message = await response.json();
    container = message.container?.id ?? container;
    messages.push({ role: 'assistant', content: message.content });
    const calls = message.content.filter(({ type }) => type === 'tool_use');
    if (calls.length === 0) {
      if (requests !== 3) throw new Error(`The session took ${requests} requests.`);
      return;
    }
    const results = calls.map(({ id }) => ({ type: 'tool_result', tool_use_id: id, content: '7' }));
    messages.push({ role: 'user', content: results });
  }
}

/** Time spent in calls of methods, added up: `shares.api` in `fetch`, say. */
export function stopwatch(shares, name) {
  return async (work) => {
    const start = now();
    try {
      return await work();
    } finally {
      shares[name] += now() - start;
    }
  };
}

/** Taken before anything is faked. */
const now = performance.now.bind(performance);
export { now };
