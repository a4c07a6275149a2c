import { type Body, isCallable, isCodeExecution, isDirectTool, type Tool } from '../wire.ts';
import { type Base, editing, type Operator } from './operator.ts';

/** The keys of the request itself, messages and tools left aside. */

const declaresCells = ({ tools = [] }: Body) => tools.some(isCodeExecution);
const callable = ({ tools = [] }: Body) => tools.filter(isCallable);
const direct = ({ tools = [] }: Body) => tools.filter(isDirectTool);
const codeOnly = (tool: Tool) => isCallable(tool) && !isDirectTool(tool);

/** Keys with values of a wrong type for each. What a lenient parser would convert, such as "7", is not among them. */
const WRONG_TYPES: Readonly<Record<string, readonly [unknown, ...unknown[]]>> = {
  model: [7, null, [], {}, false],
  max_tokens: ['many', null, [], {}],
  messages: ['Hi', 7, null, { role: 'user', content: 'Hi' }, true],
  tools: ['all', 7, { name: 'fetch_rows' }],
  tool_choice: ['auto', 7, []],
  container: [7, [], true],
  system: [7, { type: 'text', text: 'x' }, ['x'], [{ type: 'image' }]],
  stop_sequences: ['END', 7, [7], {}],
  stream: ['please', 7, [], {}],
  temperature: ['hot', [], {}],
  top_p: ['x', []],
  top_k: ['x', [], 1.5],
};

/** A cell waits for answers, or a paused turn has one in line, in a container that is known. */
const needsContainer = ({ facts, earlier }: Base) => {
  const last = earlier.at(-1)?.answer.message;
  const isInLine = facts.open === 'pause' && facts.unfinished.length > 0;
  return facts.open === 'cell' || (isInLine && last?.container !== undefined);
};

const SKILL = { type: 'anthropic', skill_id: 'pptx', version: 'latest' };

export const topLevel: readonly Operator[] = [
  editing('drop a required key', (body, { random }) => {
    Reflect.deleteProperty(body, random.one(['model', 'max_tokens', 'messages']));
    return 'request.schema';
  }),
  editing('drop an optional key', (body, { random }) => {
    const optional = [
      'system',
      'temperature',
      'stop_sequences',
      'metadata',
      'stream',
      'tool_choice',
    ];
    const key = random.pick(optional.filter((name) => name in body));
    if (key === undefined) return undefined;
    Reflect.deleteProperty(body, key);
    return 'clean';
  }),
  editing('add an unknown key', (body, { random }) => {
    const key = random.one(['temprature', 'container_id', 'betas', 'n', 'max_output_tokens', '']);
    body[key] = random.one<unknown>([1, 'x', null, {}]);
    return 'request.schema';
  }),
  editing('add a key named __proto__', (body) => {
    Object.defineProperty(body, '__proto__', { value: { x: 1 }, enumerable: true });
    return 'request.schema';
  }),
  editing('add known keys', (body, { random }) => {
    const more = random.one<Record<string, unknown>>([
      { metadata: { user_id: 'someone' } },
      { service_tier: 'auto' },
      { thinking: { type: 'adaptive' } },
      { output_config: { effort: 'low' } },
      { cache_control: { type: 'ephemeral' } },
      { inference_geo: 'us' },
    ]);
    Object.assign(body, more);
    return 'clean';
  }),
  editing('give a key a wrong type', (body, { random }) => {
    const [key, values] = random.pick(Object.entries(WRONG_TYPES))!;
    body[key] = random.one(values);
    return 'request.schema';
  }),
  editing('ask for an impossible length', (body, { random }) => {
    body.max_tokens = random.one([0, -1, 1.5, -1024]);
    return 'request.schema';
  }),
  editing('send no messages', (body) => {
    body.messages = [];
    return 'request.schema';
  }),
  editing('sample out of range', (body, { random }) => {
    const [key, value] = random.one<[string, number]>([
      ['temperature', 1.01],
      ['temperature', -0.1],
      ['temperature', 2],
      ['top_p', 1.5],
      ['top_p', -1],
      ['top_k', -1],
    ]);
    body[key] = value;
    return 'request.sampling_range';
  }),
  editing('sample within range', (body, { random }) => {
    const [key, value] = random.one<[string, number]>([
      ['temperature', 0],
      ['temperature', 1],
      ['top_p', 0.9],
      ['top_k', 40],
      ['top_k', 0],
    ]);
    body[key] = value;
    return 'clean';
  }),
  editing('ask a model without programmatic calls', (body, { facts }) => {
    body.model = 'claude-haiku-4-5-20251001';
    if (body.tools?.some(codeOnly)) return 'model.programmatic';
    // What a model without them makes of a cell that waits is not known.
    return facts.open === 'nothing' ? 'clean' : undefined;
  }),
  editing('ask another model that has them', (body) => {
    body.model = 'claude-opus-5';
    return 'clean';
  }),
  editing('ask a model that does not exist', (body, { random }) => {
    body.model = random.one(['claude-nonsense', '', 'gpt-5', 'claude-sonnet-4-6 ']);
    return 'model.unknown';
  }),

  editing('drop the container', (body, context) => {
    if (body.container === undefined) return undefined;
    delete body.container;
    return needsContainer(context) ? 'container.required' : 'clean';
  }),
  editing('make the container null', (body, context) => {
    body.container = null;
    return needsContainer(context) ? 'container.required' : 'clean';
  }),
  editing('name another container', (body, { random }) => {
    body.container = random.one(['container_0123456789ABCDEFGHJKLMNP', 'container_1', 'x', '']);
    return 'container.unknown';
  }),
  editing('name the container in an object', (body) => {
    body.container = { id: body.container ?? 'container_0123456789ABCDEFGHJKLMNP' };
    return 'container.form';
  }),
  editing('send an empty container object', (body, context) => {
    body.container = {};
    if (!declaresCells(body)) return 'container.skills';
    return needsContainer(context) ? 'container.required' : 'clean';
  }),
  editing('load a skill', (body) => {
    const id = body.container;
    body.container = { ...(id !== undefined && { id }), skills: [SKILL] };
    return declaresCells(body) ? 'clean' : 'container.skills';
  }),
  editing('load too many skills', (body) => {
    body.container = { skills: Array.from({ length: 21 }, () => SKILL) };
    return 'request.schema';
  }),

  editing('choose a tool that is not there', (body, { random }) => {
    body.tool_choice = { type: 'tool', name: random.one(['fetch_row', 'Fetch_rows', '', 'x']) };
    return 'tool_choice.unknown';
  }),
  editing('force a call from code', (body, { random }) => {
    const tool = random.pick((body.tools ?? []).filter(codeOnly));
    if (!tool) return undefined;
    body.tool_choice = { type: 'tool', name: tool.name };
    return 'tool_choice.code_only';
  }),
  editing('force a direct call', (body, { random, facts }) => {
    const tool = random.pick(direct(body));
    if (!tool || facts.open !== 'nothing') return undefined;
    body.tool_choice = { type: 'tool', name: tool.name };
    return 'clean';
  }),
  editing('leave the choice of tools open', (body, { random, facts }) => {
    body.tool_choice = {
      type: facts.open === 'nothing' ? random.one(['auto', 'any', 'none']) : 'auto',
    };
    return 'clean';
  }),
  editing('disable parallel calls', (body, { random }) => {
    body.tool_choice = { type: random.one(['auto', 'any']), disable_parallel_tool_use: true };
    return callable(body).length > 0 ? 'tool_choice.parallel' : 'clean';
  }),
  editing('allow parallel calls', (body) => {
    body.tool_choice = { type: 'auto', disable_parallel_tool_use: false };
    return 'clean';
  }),
  editing('choose tools in an unknown way', (body, { random }) => {
    body.tool_choice = random.one<unknown>([
      { type: 'required' },
      {},
      { type: 'tool' },
      { type: 'tool', name: 7 },
      { type: 'auto', name: 'ask_user' },
      { type: 'auto', disable_parallel_tool_use: 'yes' },
    ]);
    return 'request.schema';
  }),
];
