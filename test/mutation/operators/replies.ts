import { find, replies as repliesOf } from '../facts.ts';
import type { Random } from '../random.ts';
import { type Block, blocksOf, isReply } from '../wire.ts';
import { editing, type Expectation, type Operator } from './operator.ts';

/** The answers of the client. */

const IMAGE = {
  type: 'image',
  source: { type: 'base64', media_type: 'image/png', data: 'iVBORw0KGgo=' },
};
const DOCUMENT = {
  type: 'document',
  source: { type: 'text', media_type: 'text/plain', data: 'A page.' },
};
const text = (value: string): Block => ({ type: 'text', text: value });

/** An operator that changes one answer, of the last message or an earlier one. */
function answer(
  name: string,
  change: (reply: Block, context: { random: Random; fromCode: boolean }) => Expectation,
): Operator {
  return editing(name, (body, { facts, random }) => {
    const place = random.pick(find(body, isReply));
    if (!place) return undefined;
    const call = facts.calls.find(({ id }) => id === place.block.tool_use_id);
    return change(place.block, { random, fromCode: call?.cell !== undefined });
  });
}

export const replies: readonly Operator[] = [
  answer('answer with more than text', (reply, { random, fromCode }) => {
    const other = random.one<Block>([IMAGE, DOCUMENT]);
    reply.content = random.one([[other], [text('See:'), other]]);
    return fromCode ? 'reply.text_only' : 'clean';
  }),
  answer('answer with text blocks', (reply) => {
    reply.content = [text('a'), text('b')];
    return 'clean';
  }),
  answer('answer with nothing', (reply, { random }) => {
    reply.content = random.one<unknown>(['', []]);
    return 'clean';
  }),
  answer('leave the content of an answer out', (reply) => {
    delete reply.content;
    return 'clean';
  }),
  answer('answer with an error', (reply) => {
    reply.is_error = true;
    return 'clean';
  }),
  answer('answer with a long text', (reply) => {
    reply.content = 'row\n'.repeat(20_000);
    return 'clean';
  }),
  editing('write text before the answers', (body, { random }) => {
    const place = random.pick(find(body, isReply));
    if (!place) return undefined;
    blocksOf(body.messages[place.message]!).unshift(text('Here:'));
    return 'reply.missing';
  }),
  editing('write text behind the answers', (body, { facts }) => {
    if (repliesOf(body).length === 0) return undefined;
    blocksOf(body.messages.at(-1)!).push(text('And?'));
    return facts.unfinished.length > 0 ? 'history.result_missing' : 'valid';
  }),
  editing('write text instead of the answers', (body) => {
    if (repliesOf(body).length === 0) return undefined;
    body.messages.at(-1)!.content = [text('No.')];
    return 'reply.missing';
  }),
  editing('answer in two messages', (body) => {
    const content = repliesOf(body);
    if (content.length < 2) return undefined;
    body.messages.splice(
      -1,
      1,
      { role: 'user', content: content.slice(0, 1) },
      { role: 'user', content: content.slice(1) },
    );
    return ['reply.missing', 'reply.unexpected'];
  }),
  editing('answer a call that was never made', (body) => {
    const content = repliesOf(body);
    if (content.length === 0) return undefined;
    content.push({ type: 'tool_result', tool_use_id: 'toolu_01never', content: 'x' });
    body.messages.at(-1)!.content = content;
    return 'reply.unexpected';
  }),
  editing('answer a cell', (body, { facts, random }) => {
    const cell = random.pick(facts.cells);
    if (!cell || body.messages.at(-1)!.role !== 'user') return undefined;
    const result = { type: 'tool_result', tool_use_id: cell.id, content: 'x' };
    body.messages.at(-1)!.content = [...repliesOf(body), result];
    return 'reply.unexpected';
  }),
  editing('answer an earlier call again', (body, { facts, random }) => {
    const call = random.pick(facts.calls.filter(({ message }) => message !== facts.latest));
    if (!call || body.messages.at(-1)!.role !== 'user') return undefined;
    const result = { type: 'tool_result', tool_use_id: call.id, content: 'x' };
    body.messages.at(-1)!.content = [...repliesOf(body), result];
    return 'reply.unexpected';
  }),
  editing('send an earlier request again', (body, { earlier, random }) => {
    const before = random.pick(earlier);
    if (!before) return undefined;
    for (const key of Object.keys(body)) Reflect.deleteProperty(body, key);
    Object.assign(body, structuredClone(before.body));
    return body.messages.at(-1)!.role === 'assistant' ? ['valid', 'history.prefill'] : 'valid';
  }),
  editing('answer the calls of an earlier response otherwise', (body, { earlier, random }) => {
    const before = random.pick(earlier.filter((each) => repliesOf(each.body).length > 0));
    if (!before) return undefined;
    Object.assign(body, structuredClone(before.body));
    const reply = random.pick(repliesOf(body))!;
    reply.content = 'Something else.';
    // A cell has gone on with the first answer. Direct calls are in the history alone, so it can take another turn.
    const calls = before.answer.message ? blocksOf(body.messages.at(-2)!) : [];
    const fromCode = calls.some(({ caller }) => caller?.tool_id !== undefined);
    return fromCode ? 'reply.stale' : ['valid', 'reply.stale'];
  }),
];
