import { find } from '../facts.ts';
import type { Random } from '../random.ts';
import { isCall, isCellResult, isText, isThinking, type Turn } from '../wire.ts';
import { editing, type Operator } from './operator.ts';

/** What a client may do otherwise: nothing of it is worth a word. */

const CACHE = { type: 'ephemeral' };

function shuffled(value: unknown, random: Random): unknown {
  if (Array.isArray(value)) return value.map((item) => shuffled(item, random));
  if (typeof value !== 'object' || value === null) return value;
  const entries = random.shuffle(Object.entries(value));
  return Object.fromEntries(entries.map(([key, item]) => [key, shuffled(item, random)]));
}

const isWrittenByUser = ({ role, content }: Turn) =>
  role === 'user' &&
  (typeof content === 'string' || (content.length === 1 && content[0]!.type === 'text'));

export const harmless: readonly Operator[] = [
  editing('change nothing', () => 'clean'),
  editing('change the order of all keys', (body, { random }) => {
    const other = shuffled(body, random) as object;
    for (const key of Object.keys(body)) Reflect.deleteProperty(body, key);
    Object.assign(body, other);
    return 'clean';
  }),
  editing('cache up to a block', (body, { random }) => {
    const place = random.pick(find(body, (block) => !isThinking(block)));
    if (!place) return undefined;
    place.block['cache_control'] = random.one<object | null>([
      CACHE,
      { ...CACHE, ttl: '1h' },
      null,
    ]);
    return 'clean';
  }),
  editing('cache the tools', (body, { random }) => {
    random.pick(body.tools ?? [])!['cache_control'] = CACHE;
    return 'clean';
  }),
  editing('write a text as a block, or a block as a text', (body, { random }) => {
    const turn = random.pick(body.messages.filter(isWrittenByUser));
    if (!turn) return undefined;
    turn.content =
      typeof turn.content === 'string'
        ? [{ type: 'text', text: turn.content }]
        : turn.content[0]!.text!;
    return 'clean';
  }),
  editing('write the system prompt the other way', (body) => {
    if (typeof body.system === 'string') body.system = [{ type: 'text', text: body.system }];
    else if (body.system !== undefined) body.system = 'Be brief.';
    else return undefined;
    return 'clean';
  }),
  editing('leave out that calls are direct', (body) => {
    const calls = find(body, (block) => isCall(block) && block.caller?.type === 'direct');
    for (const { block } of calls) delete block.caller;
    return calls.length > 0 ? 'clean' : undefined;
  }),
  editing('leave out that nothing was aborted', (body) => {
    const results = find(body, isCellResult);
    for (const { block } of results)
      Reflect.deleteProperty(block.content as object, 'abort_reason');
    return results.length > 0 ? 'clean' : undefined;
  }),
  editing('say that texts cite nothing', (body) => {
    const texts = find(body, isText);
    for (const { block } of texts) block['citations'] = null;
    return texts.length > 0 ? 'clean' : undefined;
  }),
  editing('say whether to stream', (body, { random }) => {
    body.stream = random.chance(0.5);
    return 'clean';
  }),
];
