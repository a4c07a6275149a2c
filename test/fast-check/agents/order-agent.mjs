// A careful agent on nothing but `fetch`, and the habits it is better off without: each is one bug.

const URL = 'https://api.anthropic.com/v1/messages';
const CODE = 'code_execution_20260120';
/** Well below the 270 s for which code waits for an answer. */
const TOOL_LIMIT = 200_000;
const ATTEMPTS = 5;
const MAX_ROUNDS = 20;

const tools = [
  { type: CODE, name: 'code_execution' },
  { name: 'fetch_stock', input_schema: { type: 'object' }, allowed_callers: [CODE] },
  { name: 'place_order', input_schema: { type: 'object' }, allowed_callers: [CODE] },
];

const sleep = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/**
 * Makes an agent. `habits`: `waitsForTools` without limit; `correctsHistory` when a tool that was given up comes back late;
 * `asksAgain` when the output of a cell was lost; `insists` on a container that has expired.
 */
export function createAgent(habits = {}) {
  return async (api, { inputs }) => {
    const run = {
      fetch_stock: api.tool(async () => '{"units": 3}', { name: 'fetch_stock' }),
      place_order: api.tool(async ({ units }) => `ordered ${units}`, { name: 'place_order' }),
    };
    let chat = { messages: [], container: undefined };
    let restarts = 0;
    for (const input of inputs) {
      chat.messages.push({ role: 'user', content: input });
      const { lost, late } = await finishTurn(api, chat, run, habits);
      if (habits.correctsHistory) await Promise.all(late);
      if (lost && habits.asksAgain && restarts++ === 0) {
        chat = { messages: [{ role: 'user', content: inputs[0] }], container: undefined };
        await finishTurn(api, chat, run, habits);
      }
    }
  };
}

/** Goes on until Claude ends the turn. Says whether an output was lost, and what tools still do. */
async function finishTurn(api, chat, run, habits) {
  const late = [];
  let lost = false;
  for (let round = 0; round < MAX_ROUNDS || habits.insists; round++) {
    const message = await send(api, chat, habits);
    chat.container = message.container?.id ?? chat.container;
    chat.messages.push({ role: 'assistant', content: message.content });
    lost ||= message.content.some(({ content }) => content?.error_code === 'unavailable');
    const calls = message.content.filter(({ type }) => type === 'tool_use');
    if (calls.length > 0) {
      const content = await Promise.all(calls.map((call) => answer(call, run, late, habits)));
      chat.messages.push({ role: 'user', content });
    } else if (message.stop_reason !== 'pause_turn') {
      return { lost, late };
    }
  }
  throw new Error('The turn does not end.');
}

async function answer({ id, name, input }, run, late, { waitsForTools }) {
  const result = { type: 'tool_result', tool_use_id: id };
  const work = run[name](input);
  if (waitsForTools) return { ...result, content: await work };
  const inTime = await Promise.race([work, sleep(TOOL_LIMIT)]);
  if (inTime !== undefined) return { ...result, content: inTime };
  const given = { ...result, content: 'The tool did not answer in time.', is_error: true };
  late.push(
    work.then((content) => {
      delete given.is_error;
      given.content = content;
    }),
  );
  return given;
}

/** Sends a request again when nothing whole came of it, as soon as the API says. */
async function send(api, chat, { insists, correctsHistory }) {
  const { messages, container } = chat;
  for (let attempt = 1; ; attempt++) {
    const history = correctsHistory ? messages : structuredClone(messages);
    const { message, status, retryAfter } = await post(api, { messages: history, container });
    if (message) return message;
    const isExpired = status === 400 && chat.container !== undefined;
    if (insists && isExpired) continue;
    const isWaiting = messages.at(-1).content[0].type === 'tool_result';
    if (isExpired && !isWaiting && attempt === 1) {
      chat.container = undefined;
      return send(api, chat, {});
    }
    if (status === 400 || attempt === ATTEMPTS) throw new Error(`The API refused: ${status}`);
    await sleep(Math.max(retryAfter, 500 * 2 ** attempt));
  }
}

async function post(api, body) {
  try {
    const response = await api.fetch(URL, {
      method: 'POST',
      body: JSON.stringify({ model: 'claude-sonnet-4-6', max_tokens: 1024, tools, ...body }),
    });
    const { status, headers } = response;
    const json = await response.json();
    return response.ok
      ? { message: json }
      : { status, retryAfter: Number(headers.get('retry-after-ms') ?? 0) };
  } catch {
    return { retryAfter: 0 };
  }
}
