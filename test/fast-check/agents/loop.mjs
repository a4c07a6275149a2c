// A careful agent on nothing but `fetch`, and the habits it is better off without: each is one bug.

const URL = 'https://api.anthropic.com/v1/messages';
const CODE = 'code_execution_20260120';
/** Well below the 270 s for which code waits for an answer. */
const TOOL_LIMIT = 200_000;
const ATTEMPTS = 5;
const MAX_ROUNDS = 20;

const sleep = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/**
 * Makes an agent that has the tools of its scenario. `habits`: `waitsForTools` without limit; `correctsHistory` when a tool
 * that was given up comes back late; `asksAgain` when the output of a cell was lost; `insists` on a container that has
 * expired; `refusesDirectCalls`.
 */
export function createAgent(habits = {}) {
  return async (api, { scenario, inputs }) => {
    const kit = createKit(api, scenario);
    let chat = createHistory();
    let restarts = 0;
    for (const input of inputs) {
      const { lost, late } = await finishTurn(api, chat, input, kit, habits);
      if (habits.correctsHistory) await Promise.all(late);
      if (lost && habits.asksAgain && restarts++ === 0) {
        chat = createHistory();
        await finishTurn(api, chat, inputs[0], kit, habits);
      }
    }
  };
}

/** The same agent, message by message. What it has stored is its history, as JSON. */
export function createChat(api, { scenario }) {
  const kit = createKit(api, scenario);
  let history = createHistory();
  return {
    say: (text) => finishTurn(api, history, text, kit, {}),
    restart() {
      history = JSON.parse(JSON.stringify(history));
    },
  };
}

const createHistory = () => ({ messages: [], container: undefined });

/** The tools of a scenario, to be declared and to be run. */
function createKit(api, { data: { tools = {} } }) {
  const declared = Object.entries(tools).map(([name, { allowed_callers = [CODE] }]) => ({
    name,
    input_schema: { type: 'object' },
    allowed_callers,
  }));
  const run = Object.fromEntries(
    Object.entries(tools).map(([name, tool]) => [
      name,
      api.tool(async (input) => answerOf(tool, input), { name }),
    ]),
  );
  return { tools: [{ type: CODE, name: 'code_execution' }, ...declared], run };
}

/** What a tool of a scenario answers, as text. */
export function answerOf({ returns, answers = [] }, input) {
  const fits = (wanted) => JSON.stringify(wanted) === JSON.stringify(input);
  const given = returns ?? answers.find((answer) => fits(answer.with)).returns;
  return typeof given === 'string' ? given : JSON.stringify(given);
}

/** Goes on until Claude ends the turn. Says whether an output was lost, and what tools still do. */
async function finishTurn(api, chat, input, kit, habits) {
  chat.messages.push({ role: 'user', content: input });
  const late = [];
  let lost = false;
  for (let round = 0; round < MAX_ROUNDS || habits.insists; round++) {
    const message = await send(api, chat, kit, habits);
    chat.container = message.container?.id ?? chat.container;
    chat.messages.push({ role: 'assistant', content: message.content });
    lost ||= message.content.some(({ content }) => content?.error_code === 'unavailable');
    const calls = message.content.filter(({ type }) => type === 'tool_use');
    if (habits.refusesDirectCalls && calls.some(({ caller }) => caller?.type === 'direct')) {
      throw new Error('Only code may call tools.');
    }
    if (calls.length > 0) {
      const content = await Promise.all(calls.map((call) => answer(call, kit.run, late, habits)));
      chat.messages.push({ role: 'user', content });
    } else if (message.stop_reason !== 'pause_turn') {
      return { lost, late };
    }
  }
  throw new Error('The turn does not end.');
}

async function answer({ id, name, input }, run, late, { waitsForTools, correctsHistory }) {
  const result = { type: 'tool_result', tool_use_id: id };
  const work = run[name](input);
  if (waitsForTools) return { ...result, content: await work };
  const inTime = await Promise.race([work, sleep(TOOL_LIMIT)]);
  if (inTime !== undefined) return { ...result, content: inTime };
  const given = { ...result, content: 'The tool did not answer in time.', is_error: true };
  if (correctsHistory) {
    const correct = (content) => {
      delete given.is_error;
      given.content = content;
    };
    late.push(work.then(correct));
  }
  return given;
}

/** Sends a request again when nothing whole came of it, as soon as the API says. */
async function send(api, chat, kit, { insists }) {
  const { messages } = chat;
  for (let attempt = 1; ; attempt++) {
    const { message, status, retryAfter } = await post(api, {
      tools: kit.tools,
      messages,
      container: chat.container,
    });
    if (message) return message;
    const isExpired = status === 400 && chat.container !== undefined;
    if (insists && isExpired) continue;
    const isWaiting = messages.at(-1).content[0].type === 'tool_result';
    if (isExpired && !isWaiting && attempt === 1) {
      chat.container = undefined;
      continue;
    }
    if (status === 400 || attempt === ATTEMPTS) throw new Error(`The API refused: ${status}`);
    await sleep(Math.max(retryAfter, 500 * 2 ** attempt));
  }
}

async function post(api, body) {
  try {
    const response = await api.fetch(URL, {
      method: 'POST',
      body: JSON.stringify({ model: 'claude-sonnet-4-6', max_tokens: 1024, ...body }),
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
