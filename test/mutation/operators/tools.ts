import { type Body, isCallable, isCodeExecution, isDirectTool, type Tool } from '../wire.ts';
import {
  type Base,
  type EditContext,
  editing,
  type Expectation,
  type Operator,
} from './operator.ts';

/** The list of tools. */

const RECURSIVE = {
  type: 'object',
  properties: { next: { $ref: '#/$defs/Node' } },
  $defs: { Node: { type: 'object', properties: { next: { $ref: '#/$defs/Node' } } } },
};
const MUTUAL = {
  type: 'object',
  properties: { a: { $ref: '#/$defs/A' } },
  $defs: {
    A: { type: 'object', properties: { b: { $ref: '#/$defs/B' } } },
    B: { type: 'object', properties: { a: { anyOf: [{ $ref: '#/$defs/A' }, { type: 'null' }] } } },
  },
};
const ITSELF = { type: 'object', properties: { child: { $ref: '#' } } };
const CIRCLES: readonly [object, ...object[]] = [RECURSIVE, MUTUAL, ITSELF];

const isClientTool = ({ type = 'custom' }: Tool) => type === 'custom';
const directOnly = (tool: Tool) => isDirectTool(tool) && !isCallable(tool);

const WRONG_TYPES: Readonly<Record<string, readonly [unknown, ...unknown[]]>> = {
  name: [7, null, [], {}],
  description: [7, [], {}],
  input_schema: ['object', 7, null, []],
  allowed_callers: ['direct', 7, {}, [7], ['code_execution'], ['code_execution_20250522'], [null]],
  strict: ['yes', 7, []],
  defer_loading: ['yes', 7, []],
  cache_control: ['ephemeral', 7, []],
};

/** An operator that changes one tool. */
function tool(
  name: string,
  which: (tool: Tool) => boolean,
  change: (tool: Tool, context: EditContext & { readonly body: Body }) => Expectation | undefined,
): Operator {
  return editing(name, (body, context) => {
    const found = context.random.pick((body.tools ?? []).filter(which));
    return found && change(found, context);
  });
}

/** What a request gets whose tools can no longer run the cells that have not ended. */
function withoutCells({ facts }: Base): Expectation {
  return facts.unfinished.length > 0 ? 'history.result_missing' : 'clean';
}

const add = (body: Body, ...more: Tool[]) => {
  body.tools = [...(body.tools ?? []), ...more];
};

export const tools: readonly Operator[] = [
  editing('drop all tools', (body, base) => {
    delete body.tools;
    delete body.tool_choice;
    return withoutCells(base);
  }),
  editing('send an empty list of tools', (body, base) => {
    body.tools = [];
    delete body.tool_choice;
    return withoutCells(base);
  }),
  editing('drop the tool that runs cells', (body, base) => {
    if (!body.tools?.some(isCodeExecution)) return undefined;
    body.tools = body.tools.filter((each) => !isCodeExecution(each));
    return body.tools.some(isCallable) ? 'clean' : withoutCells(base);
  }),
  editing('drop a tool', (body, { facts, random }) => {
    // Between turns tools may come and go.
    if (facts.open !== 'nothing' || !body.tools) return undefined;
    body.tools.splice(random.below(body.tools.length), 1);
    return 'clean';
  }),
  editing('shuffle the tools', (body, { random }) => {
    body.tools = random.shuffle(body.tools ?? []);
    return 'clean';
  }),
  editing('add a tool', (body) => {
    add(body, { name: 'one_more', input_schema: { type: 'object' } });
    return 'clean';
  }),
  editing('add a tool of Anthropic’s', (body, { random }) => {
    add(
      body,
      random.one<Tool>([
        { type: 'web_search_20250305', name: 'web_search' },
        { type: 'memory_20250818', name: 'memory' },
        { type: 'bash_20250124', name: 'bash' },
      ]),
    );
    return 'clean';
  }),
  editing('add a tool twice', (body, { random }) => {
    const twin = random.pick(body.tools ?? [])!;
    add(body, structuredClone(twin));
    return 'tool.unique_names';
  }),
  tool('rename a tool like another', isClientTool, (found, { body, random }) => {
    const other = random.pick((body.tools ?? []).filter(({ name }) => name !== found.name));
    if (!other) return undefined;
    found.name = other.name;
    return 'tool.unique_names';
  }),
  tool('give a tool an impossible name', isClientTool, (found, { random }) => {
    found.name = random.one(['', 'two words', 'x'.repeat(129), 'café', 'a.b']);
    return 'request.schema';
  }),
  tool('say that a tool is custom', isClientTool, (found) => {
    found.type = 'custom';
    return 'clean';
  }),
  tool(
    'give a tool an unknown type',
    () => true,
    (found, { random }) => {
      found.type = random.one(['code_execution_20270101', 'code_execution', 'function', '']);
      return 'request.schema';
    },
  ),
  tool(
    'give a tool a type that is no name',
    () => true,
    (found, { random }) => {
      Object.assign(found, { type: random.one<unknown>([7, [], {}, true]) });
      return 'request.schema';
    },
  ),
  tool(
    'add an unknown key to a tool',
    () => true,
    (found, { random }) => {
      found[random.one(['timeout', 'parameters', 'inputSchema', 'function'])] = random.one<unknown>(
        [9, {}],
      );
      return 'request.schema';
    },
  ),
  tool('give a tool a wrong type of value', isClientTool, (found, { random }) => {
    const [key, values] = random.pick(Object.entries(WRONG_TYPES))!;
    found[key] = random.one(values);
    return 'request.schema';
  }),
  tool('drop a key that a tool needs', isClientTool, (found, { random }) => {
    Reflect.deleteProperty(found, random.one(['name', 'input_schema']));
    return 'request.schema';
  }),
  tool('give a tool another root type', isClientTool, (found, { random }) => {
    found.input_schema = random.one<object>([
      {},
      { type: 'string' },
      { type: ['object'] },
      { type: null },
    ]);
    return 'request.schema';
  }),
  tool('rename the tool that runs cells', isCodeExecution, (found, { random }) => {
    found.name = random.one(['python', 'code', '']);
    return 'request.schema';
  }),
  editing('put something else among the tools', (body, { random }) => {
    body.tools?.splice(
      random.below(body.tools.length),
      0,
      random.one<any>([null, 'ask_user', 7, [], {}]),
    );
    return 'request.schema';
  }),
  tool('make a tool for code strict', isCallable, (found) => {
    found['strict'] = true;
    return 'tool.strict_from_code';
  }),
  tool('make a tool for code not strict', isCallable, (found) => {
    found['strict'] = false;
    return 'clean';
  }),
  tool('make the schema of a tool for code recursive', isCallable, (found, { random }) => {
    found.input_schema = random.one(CIRCLES);
    return 'tool.circular_ref';
  }),
  tool('make the schema of a direct tool recursive', directOnly, (found, { random }) => {
    found.input_schema = random.one(CIRCLES);
    return 'clean';
  }),
  tool('make the schema of a strict tool recursive', directOnly, (found, { random }) => {
    found.input_schema = random.one(CIRCLES);
    found['strict'] = true;
    return 'tool.strict_circular';
  }),
  tool('refer to what is not there', isCallable, (found, { random }) => {
    const $ref = random.one(['#/$defs/Missing', 'https://example.com/schema', '#/%zz', '#/a/b/c']);
    found.input_schema = { type: 'object', properties: { a: { $ref } } };
    // No circle; what else the API says to it is not known.
    return ['valid', 'request.schema'];
  }),
  editing('let code call an MCP toolset', (body, { random }) => {
    const allowed_callers = random.one([['direct'], ['code_execution_20260120']]);
    add(body, { type: 'mcp_toolset', mcp_server_name: 'm', allowed_callers } as unknown as Tool);
    return 'tool.mcp_callers';
  }),
  editing('let code call a browser toolset', (body, { random }) => {
    const type = random.one(['browser_toolset_20260801', 'computer_toolset_20260801']);
    add(body, { type, name: 'screen', allowed_callers: ['code_execution_20260120'] });
    return 'tool.toolset_callers';
  }),
];
