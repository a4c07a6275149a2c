import { isDeepStrictEqual } from 'node:util';
import { type Facts, find, type Place } from '../facts.ts';
import {
  type Block,
  blocksOf,
  type Body,
  hasReplies,
  isCall,
  isCell,
  isCellResult,
  isReply,
  isText,
  isThinking,
} from '../wire.ts';
import { type Base, editing, type Expectation, type Operator } from './operator.ts';

/** Messages and blocks of the conversation: dropped, doubled, swapped, renamed, changed. */

const OTHER_ID = '0123456789ABCDEFGHJKLMNP';
const text = (value: string): Block => ({ type: 'text', text: value });
const user = (content: string | Block[]) => ({ role: 'user', content });

/** Takes a block out of its message. Not the only one: what the API says to a message without any is not known. */
function drop({ messages }: Body, { message, position }: Place): boolean {
  const blocks = blocksOf(messages[message]!);
  if (blocks.length < 2) return false;
  blocks.splice(position, 1);
  return true;
}

function swap(list: unknown[], a: number, b: number): void {
  [list[a], list[b]] = [list[b], list[a]];
}

const isAssistant = ({ messages }: Body, { message }: Place) =>
  messages[message]!.role === 'assistant';

/** Whether a message is part of the latest assistant message: consecutive ones can be taken as one. */
function isLatest(
  { messages }: Body,
  { latest }: Facts,
  message: number,
): 'yes' | 'perhaps' | 'no' {
  if (message === latest) return 'yes';
  const between = messages.slice(message, latest);
  return between.every(({ role }) => role === 'assistant') ? 'perhaps' : 'no';
}

/** What changed thinking gets: the rule is about a turn that goes on. */
function withChangedThinking(
  body: Body,
  facts: Facts,
  message: number,
  change: 'dropped' | 'changed',
): Expectation {
  const latest = isLatest(body, facts, message);
  if (latest === 'no') return 'valid';
  if (latest === 'perhaps') return ['valid', 'history.thinking_changed'];
  if (facts.open !== 'nothing') return 'history.thinking_changed';
  // The thinking of a turn that is over may be left out; whether it may be changed is not known.
  return change === 'dropped' ? 'valid' : ['valid', 'history.thinking_changed'];
}

/** What a conversation gets that ends earlier than it did. */
function whenCut(messages: Body['messages'], { earlier, body }: Base): Expectation {
  const last = messages.at(-1);
  if (!last) return 'request.schema';
  if (last.role === 'assistant') {
    if (blocksOf(last).some(isCall)) return 'reply.missing';
    const ended = new Set(
      blocksOf(last)
        .filter(isCellResult)
        .map((block) => block.tool_use_id),
    );
    const paused = blocksOf(last).some((block) => isCell(block) && !ended.has(block.id));
    // Where nothing was started, a paused turn looks like a finished one.
    const sentBack = earlier.some((before) => before.body.messages.length === messages.length);
    if (paused) return 'valid';
    return sentBack ? ['valid', 'history.prefill'] : 'history.prefill';
  }
  if (!hasReplies(last)) return 'valid';
  const repeats = earlier.some((before) => isSameRequest(before.body, { ...body, messages }));
  return repeats ? 'valid' : 'reply.stale';
}

/** Whether two requests differ at most in how they are answered. */
function isSameRequest(a: Body, b: Body): boolean {
  return isDeepStrictEqual({ ...a, stream: undefined }, { ...b, stream: undefined });
}

/**
 * Whether a cell whose result is gone looks like one that has yet to run: started together with a cell that waits,
 * beside direct calls, or in a paused turn.
 */
function looksUnfinished({ open, latest, waiting }: Facts, message: number): boolean {
  if (open === 'cell') return message === waiting?.message;
  return open !== 'nothing' && message === latest;
}

/** Rules that a conversation breaks without one of its assistant messages. */
function withoutMessage({ cells, calls }: Facts, message: number): Expectation {
  const inside = cells.filter((cell) => cell.message === message).map(({ id }) => id);
  const broken = [
    ...(calls.some((call) => call.message === message) ? ['reply.unexpected' as const] : []),
    ...(cells.some(({ id, result }) => inside.includes(id) && result && result.message !== message)
      ? ['history.use_missing' as const]
      : []),
    ...(calls.some(({ cell = '', message: at }) => inside.includes(cell) && at !== message)
      ? ['history.caller_not_found' as const]
      : []),
    ...(cells.some((cell) => cell.result?.message === message && cell.message !== message)
      ? ['history.result_missing' as const]
      : []),
  ];
  return broken.length > 0 ? broken : 'valid';
}

/**
 * A paused turn that started nothing looks like a prefilled answer: only what was sent before tells them apart. With
 * another history it may not be known again.
 */
function unlessUnknown(operator: Operator): Operator {
  return {
    ...operator,
    apply(base, random) {
      const mutant = operator.apply(base, random);
      const { open, unfinished } = base.facts;
      if (!mutant || open !== 'pause' || unfinished.length > 0) return mutant;
      const { request, expect } = mutant;
      const outcomes = typeof expect === 'string' ? [expect] : expect;
      return { request, expect: [...outcomes, 'history.prefill'] };
    },
  };
}

const operators: readonly Operator[] = [
  // Dropped.
  editing('drop a text', (body, { random }) => {
    const place = random.pick(find(body, isText).filter((found) => isAssistant(body, found)));
    if (!place || !drop(body, place)) return undefined;
    return 'valid';
  }),
  editing('drop thinking', (body, { facts, random }) => {
    const place = random.pick(find(body, isThinking));
    if (!place || !drop(body, place)) return undefined;
    return withChangedThinking(body, facts, place.message, 'dropped');
  }),
  editing('drop a cell', (body, { facts, random }) => {
    const cell = random.pick(facts.cells);
    if (!cell || !drop(body, cell)) return undefined;
    if (cell === facts.waiting) return ['history.caller_not_found', 'history.cell_dropped'];
    if (cell.calls > 0) return ['history.caller_not_found', 'history.use_missing'];
    if (cell.result) return 'history.use_missing';
    if (facts.open === 'pause' && facts.unfinished.length === 1)
      return ['valid', 'history.prefill'];
    return 'valid';
  }),
  editing('drop a call', (body, { facts, random }) => {
    const call = random.pick(facts.calls);
    if (!call || !drop(body, call)) return undefined;
    return call.message === facts.latest && call.cell !== undefined
      ? ['reply.unexpected', 'history.result_missing']
      : 'reply.unexpected';
  }),
  editing('drop the result of a cell', (body, { facts, random }) => {
    const cell = random.pick(facts.cells.filter(({ result }) => result));
    if (!cell || !drop(body, cell.result!)) return undefined;
    return looksUnfinished(facts, cell.message)
      ? ['valid', 'history.result_missing']
      : 'history.result_missing';
  }),
  editing('drop an answer', (body, { random }) => {
    const place = random.pick(find(body, isReply));
    return place && drop(body, place) ? 'reply.missing' : undefined;
  }),
  editing('drop the last message', (body, base) => {
    body.messages.pop();
    return whenCut(body.messages, base);
  }),
  editing('drop the last two messages', (body, base) => {
    body.messages.splice(-2);
    return whenCut(body.messages, base);
  }),
  editing('drop a message in the middle', (body, { facts, random }) => {
    if (body.messages.length < 3) return undefined;
    const index = 1 + random.below(body.messages.length - 2);
    const [dropped] = body.messages.splice(index, 1);
    if (dropped!.role === 'assistant') return withoutMessage(facts, index);
    return hasReplies(dropped!) ? 'reply.missing' : 'valid';
  }),

  // Doubled.
  editing('send a call twice', (body, { facts, random }) => {
    const call = random.pick(facts.calls);
    if (!call) return undefined;
    const blocks = blocksOf(body.messages[call.message]!);
    blocks.push(structuredClone(blocks[call.position]!));
    return 'history.duplicate_use';
  }),
  editing('send a cell twice', (body, { facts, random }) => {
    const cell = random.pick(facts.cells);
    if (!cell) return undefined;
    const blocks = blocksOf(body.messages[cell.message]!);
    blocks.splice(cell.position, 0, structuredClone(blocks[cell.position]!));
    return 'history.duplicate_use';
  }),
  editing('send a text twice', (body, { random }) => {
    const place = random.pick(find(body, isText));
    if (!place) return undefined;
    blocksOf(body.messages[place.message]!).splice(place.position, 0, text(place.block.text!));
    return 'valid';
  }),
  editing('answer a call twice', (body, { random }) => {
    const place = random.pick(find(body, isReply));
    if (!place) return undefined;
    const blocks = blocksOf(body.messages[place.message]!);
    const twin = structuredClone(place.block);
    if (random.chance(0.5)) twin.content = 'something else';
    blocks.splice(random.below(blocks.length + 1), 0, twin);
    return 'reply.duplicate';
  }),
  editing('send a message twice', (body, { facts, random }) => {
    const index = random.below(body.messages.length);
    const twin = body.messages[index]!;
    const blocks = blocksOf(twin);
    const started = facts.cells.filter(({ message }) => message === index).map(({ id }) => id);
    // What a second result of a cell gets is not known, nor what a paused turn gets that looks like a finished one.
    const results = blocks.filter(isCellResult);
    if (results.some((block) => !started.includes(block.tool_use_id!))) return undefined;
    if (index === facts.latest && facts.open === 'pause' && started.length === 0) return undefined;
    body.messages.splice(index, 0, structuredClone(twin));
    if (blocks.some(isReply)) return ['reply.unexpected', 'reply.duplicate'];
    if (blocks.some(isCall)) return ['reply.missing', 'history.duplicate_use'];
    return started.length > 0 ? 'history.duplicate_use' : 'valid';
  }),

  // Swapped.
  editing('swap two answers', (body, { random }) => {
    const turn = random.pick(
      body.messages.filter((each) => blocksOf(each).filter(isReply).length > 1),
    );
    if (!turn) return undefined;
    turn.content = random.shuffle(blocksOf(turn));
    return 'clean';
  }),
  editing('swap two blocks of an assistant message', (body, { random }) => {
    const turn = random.pick(body.messages.filter(({ role }) => role === 'assistant'));
    const movable = (turn ? blocksOf(turn) : []).flatMap((block, i) =>
      isThinking(block) ? [] : [i],
    );
    const [a, b] = random.shuffle(movable);
    if (!turn || a === undefined || b === undefined) return undefined;
    swap(blocksOf(turn), a, b);
    return 'clean';
  }),
  editing('swap two messages', ({ messages }, { facts, random }) => {
    if (messages.length < 2) return undefined;
    // The first message stays: whether a conversation may begin with the assistant is not known.
    const index = messages.length === 2 ? 0 : 1 + random.below(messages.length - 2);
    const pair = messages.slice(index, index + 2);
    if (pair[0]!.role === pair[1]!.role) return undefined;
    const isLast = index === messages.length - 2;
    swap(messages, index, index + 1);
    const answers = pair.some((turn) => hasReplies(turn) || blocksOf(turn).some(isCall));
    if (answers) return ['reply.unexpected', 'reply.missing'];
    if (!isLast) return 'valid';
    // A paused turn is then followed by a message of the user.
    if (facts.open === 'pause')
      return facts.unfinished.length > 0 ? 'history.result_missing' : 'valid';
    return 'history.prefill';
  }),

  // Renamed.
  editing('rename a call', (body, { facts, random }) => {
    const call = random.pick(facts.calls);
    if (!call) return undefined;
    blocksOf(body.messages[call.message]!)[call.position]!.id = `toolu_01${OTHER_ID}`;
    return ['reply.unexpected', 'reply.missing'];
  }),
  editing('rename a call that is over, and its answer', (body, { facts, random }) => {
    const call = random.pick(
      facts.calls.filter(({ message }) => facts.open === 'nothing' || message !== facts.latest),
    );
    if (!call) return undefined;
    for (const { block } of find(body, ({ id, tool_use_id }) => (id ?? tool_use_id) === call.id)) {
      block[isCall(block) ? 'id' : 'tool_use_id'] = `toolu_01${OTHER_ID}`;
    }
    return 'valid';
  }),
  editing('rename an answer', (body, { random }) => {
    const place = random.pick(find(body, isReply));
    if (!place) return undefined;
    place.block.tool_use_id = `toolu_01${OTHER_ID}`;
    return ['reply.unexpected', 'reply.missing'];
  }),
  editing('rename a cell', (body, { facts, random }) => {
    const cell = random.pick(facts.cells);
    if (!cell) return undefined;
    blocksOf(body.messages[cell.message]!)[cell.position]!.id = `srvtoolu_01${OTHER_ID}`;
    if (cell.calls === 0 && !cell.result) return 'valid';
    const calls = cell.calls > 0 ? (['history.caller_not_found'] as const) : [];
    const result = cell.result ? (['history.use_missing'] as const) : [];
    return ['history.result_missing', ...calls, ...result];
  }),
  editing('rename a cell that is over, and all that belongs to it', (body, { facts, random }) => {
    const cell = random.pick(facts.cells.filter(({ result }) => result));
    if (!cell) return undefined;
    const id = `srvtoolu_01${OTHER_ID}`;
    for (const { block } of find(body, () => true)) {
      if (block.id === cell.id) block.id = id;
      if (block.tool_use_id === cell.id) block.tool_use_id = id;
      if (block.caller?.tool_id === cell.id) block.caller.tool_id = id;
    }
    return 'valid';
  }),
  editing('let a call come from a cell that is not there', (body, { facts, random }) => {
    const call = random.pick(facts.calls.filter(({ cell }) => cell !== undefined));
    if (!call) return undefined;
    blocksOf(body.messages[call.message]!)[call.position]!.caller!.tool_id =
      `srvtoolu_01${OTHER_ID}`;
    const waits = facts.open === 'cell' && call.message === facts.latest;
    return waits
      ? ['history.caller_not_found', 'history.result_missing']
      : 'history.caller_not_found';
  }),
  editing('let a result belong to no cell', (body, { random }) => {
    const place = random.pick(find(body, isCellResult));
    if (!place) return undefined;
    place.block.tool_use_id = `srvtoolu_01${OTHER_ID}`;
    return ['history.use_missing', 'history.result_missing'];
  }),

  // Changed.
  editing('strip the caller of every call that waits', (body, { facts }) => {
    if (facts.open !== 'cell') return undefined;
    for (const block of blocksOf(body.messages[facts.latest]!)) {
      if (isCall(block)) delete block.caller;
    }
    return 'history.result_missing';
  }),
  editing('strip the caller of one call that waits', (body, { facts, random }) => {
    const calls = blocksOf(body.messages[facts.latest] ?? user([])).filter(isCall);
    if (facts.open !== 'cell' || calls.length < 2) return undefined;
    delete random.pick(calls)!.caller;
    return ['valid', 'history.result_missing'];
  }),
  editing('strip the caller of a call that is over', (body, { facts, random }) => {
    const over = facts.calls.filter(
      ({ message }) => facts.open !== 'cell' || message !== facts.latest,
    );
    const call = random.pick(over.filter(({ cell }) => cell !== undefined));
    if (!call) return undefined;
    delete blocksOf(body.messages[call.message]!)[call.position]!.caller;
    return 'valid';
  }),
  editing('change thinking', (body, { facts, random }) => {
    const place = random.pick(find(body, isThinking));
    if (!place) return undefined;
    place.block[random.one(['thinking', 'signature'])] = 'Ha.';
    return withChangedThinking(body, facts, place.message, 'changed');
  }),
  editing('change a text', (body, { random }) => {
    const place = random.pick(find(body, isText));
    if (!place) return undefined;
    place.block.text = 'Something else.';
    return 'valid';
  }),
  editing('change the input of a call or a cell', (body, { random }) => {
    const place = random.pick(find(body, (block) => isCall(block) || isCell(block)));
    if (!place) return undefined;
    place.block.input = { changed: true };
    return 'valid';
  }),
  editing('change what a cell printed', (body, { random }) => {
    const place = random.pick(find(body, isCellResult));
    if (!place) return undefined;
    Object.assign(place.block.content as object, { stdout: 'Something else.\n' });
    return 'valid';
  }),
  editing('make an assistant message one of the user', (body, { facts, random }) => {
    const call = random.pick(facts.calls);
    if (!call) return undefined;
    body.messages[call.message]!.role = 'user';
    return 'reply.unexpected';
  }),
  editing('make the answers a message of the assistant', (body, { random }) => {
    const turn = random.pick(body.messages.filter(hasReplies));
    if (!turn) return undefined;
    turn.role = 'assistant';
    return 'reply.missing';
  }),

  // Added.
  editing('prefill the answer', (body, { facts, random }) => {
    if (facts.open === 'pause') return undefined;
    const content = random.one<string | Block[]>(['I', [text('I think')]]);
    body.messages.push({ role: 'assistant', content });
    return facts.unfinished.length > 0
      ? ['history.prefill', 'history.result_missing']
      : 'history.prefill';
  }),
  editing('add a message of the user', (body, { facts }) => {
    body.messages.push(user('And?'));
    return facts.unfinished.length > 0 ? 'history.result_missing' : 'valid';
  }),
  editing('begin with another conversation', (body) => {
    body.messages.unshift(user('Hello.'), { role: 'assistant', content: 'Hello!' });
    return 'valid';
  }),
];

export const history: readonly Operator[] = operators.map(unlessUnknown);
