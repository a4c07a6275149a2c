import { find } from '../facts.ts';
import type { Random } from '../random.ts';
import {
  type Block,
  type Body,
  isCall,
  isCellResult,
  isReply,
  isText,
  isThinking,
} from '../wire.ts';
import { editing, type Operator } from './operator.ts';

/** The schema of messages and blocks: every one of these breaks it, wherever it happens. */

type Values = readonly [unknown, ...unknown[]];

const NO_STRING: Values = [7, null, [], {}, true];
const NO_OBJECT: Values = ['x', 7, null, [], true];
const CALL = { id: NO_STRING, name: NO_STRING, input: NO_OBJECT };

/** For each kind of block the keys it needs, with values of wrong types. */
const NEEDED: Readonly<Record<string, Readonly<Record<string, Values>>>> = {
  text: { text: NO_STRING },
  thinking: { thinking: NO_STRING, signature: NO_STRING },
  tool_use: CALL,
  server_tool_use: CALL,
  tool_result: { tool_use_id: NO_STRING },
  code_execution_tool_result: { tool_use_id: NO_STRING, content: NO_OBJECT },
};
/** Keys a block may have, likewise. */
const ALLOWED: Readonly<Record<string, Readonly<Record<string, Values>>>> = {
  text: { cache_control: ['ephemeral', 7], citations: ['x', 7, {}] },
  tool_use: { caller: ['direct', 7, [], {}, { type: 'code_execution_20270101' }] },
  server_tool_use: { caller: ['direct', 7, [], {}, { type: 'server' }] },
  tool_result: { content: [7, {}, true, ['x'], [7], [null]], is_error: ['yes', 7, [], {}] },
};

/** An operator that breaks one block of those that a predicate picks. */
function breaking(
  name: string,
  which: (block: Block) => boolean,
  change: (block: Block, random: Random) => void,
): Operator {
  return editing(name, (body, { random }) => {
    const found = random.pick(find(body, which));
    if (!found) return undefined;
    change(found.block, random);
    return 'request.schema';
  });
}

/** An operator that breaks one message. */
function message(
  name: string,
  change: (messages: any[], index: number, random: Random) => void,
): Operator {
  return editing(name, ({ messages }, { random }) => {
    change(messages, random.below(messages.length), random);
    return 'request.schema';
  });
}

const anyBlock = () => true;
const lists = ({ messages }: Body) =>
  messages.flatMap(({ content }) => (typeof content === 'string' ? [] : [content]));

export const schema: readonly Operator[] = [
  message('give a message an unknown role', (messages, i, random) => {
    messages[i].role = random.one<unknown>(['tool', 'developer', 'model', '', 7, null]);
  }),
  message('drop a key of a message', (messages, i, random) => {
    Reflect.deleteProperty(messages[i], random.one(['role', 'content']));
  }),
  message('add an unknown key to a message', (messages, i, random) => {
    messages[i][random.one(['id', 'name', 'stop_reason', 'tool_calls'])] = 'x';
  }),
  message('put something else in place of a message', (messages, i, random) => {
    messages[i] = random.one<unknown>([null, 'Hi', 7, [], {}, [messages[i]]]);
  }),
  message('put something else in place of the content', (messages, i, random) => {
    messages[i].content = random.one<unknown>([null, 7, {}, { type: 'text', text: 'x' }, true]);
  }),
  editing('put something else in place of a block', (body, { random }) => {
    const content = random.pick(lists(body).filter(({ length }) => length > 0));
    if (!content) return undefined;
    content[random.below(content.length)] = random.one<any>([null, 'Hi', 7, [], {}]);
    return 'request.schema';
  }),
  breaking('give a block an unknown type', anyBlock, (block, random) => {
    block.type = random.one(['txt', 'tool_results', 'function_call', 'input_text', '']);
  }),
  breaking('give a block a type that is no name', anyBlock, (block, random) => {
    Object.assign(block, { type: random.one<unknown>([7, null, [], {}]) });
  }),
  breaking('drop the type of a block', anyBlock, (block) => {
    Reflect.deleteProperty(block, 'type');
  }),
  breaking('add an unknown key to a block', anyBlock, (block, random) => {
    block[random.one(['parsed', 'index', 'partial_json', 'toolUseId'])] = random.one<unknown>([
      1,
      null,
      'x',
    ]);
  }),
  breaking('drop a key that a block needs', anyBlock, (block, random) => {
    Reflect.deleteProperty(block, random.pick(Object.keys(NEEDED[block.type]!))!);
  }),
  breaking('give a key that a block needs a wrong type', anyBlock, (block, random) => {
    const [key, values] = random.pick(Object.entries(NEEDED[block.type]!))!;
    block[key] = random.one(values);
  }),
  breaking(
    'give a key that a block may have a wrong type',
    ({ type }) => type in ALLOWED,
    (block, random) => {
      const [key, values] = random.pick(Object.entries(ALLOWED[block.type]!))!;
      block[key] = random.one(values);
    },
  ),
  breaking('add an unknown key to a caller', isCall, (block) => {
    Object.assign(block, { caller: { ...block.caller, name: 'x' } });
  }),
  breaking('cache thinking', isThinking, (block) => {
    block['cache_control'] = { type: 'ephemeral' };
  }),
  breaking('put what is no text into a text', isText, (block) => {
    Object.assign(block, { text: { value: block.text } });
  }),
  breaking('give a cell’s result a list for content', isCellResult, (block) => {
    block.content = [block.content];
  }),
  breaking('give a cell’s result a content of no type', isCellResult, (block) => {
    block.content = { stdout: '7\n' };
  }),
  breaking('answer with text without text', isReply, (block) => {
    block.content = [{ type: 'text' }];
  }),
  breaking('answer with an unknown kind of content', isReply, (block, random) => {
    block.content = [{ type: random.one(['json', 'video', 'output_text']), text: 'x' }];
  }),
];
