import fc from 'fast-check';
import type { Step } from '../../src/protocol/step.ts';
import type { Canned } from '../support/canned-sandbox.ts';
import type { Block, Tool } from './wire.ts';

/** A conversation as it could happen: what Claude does, what its cells do, and how a correct agent answers. */
export interface Conversation {
  /** What the user says, one entry a turn. */
  readonly users: readonly (string | Block[])[];
  /** What Claude does in each turn. */
  readonly turns: readonly (readonly Step[])[];
  /** What each cell does, by its code. */
  readonly cells: Readonly<Record<string, readonly Canned[]>>;
  readonly tools: readonly Tool[];
  /** Further keys of every request. */
  readonly options: Readonly<Record<string, unknown>>;
  /** Contents of tool results, used in turn; undefined leaves `content` out. */
  readonly replies: readonly Reply[];
  /** Whether the requests ask for streams, used in turn. */
  readonly streams: readonly boolean[];
  /** A container is named on every request that knows one, or only where a cell waits. */
  readonly namesContainer: 'always' | 'when_needed';
  /** Where a paused turn goes on: in a message of its own, or in the one that was paused. */
  readonly continuation: 'new_message' | 'same_message';
}

interface Reply {
  readonly content: string | Block[] | undefined;
  readonly is_error: boolean | undefined;
}

const word = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 }).map((text) => `~${text}`);
const schema = fc.constantFrom<object[]>(
  { type: 'object' },
  { type: 'object', properties: { sku: { type: 'string' } }, required: ['sku'] },
  {
    type: 'object',
    properties: { a: { $ref: '#/$defs/A' }, b: { $ref: '#/$defs/A' } },
    $defs: { A: { type: 'string' } },
  },
);
const input = fc
  .dictionary(fc.constantFrom('sku', 'limit', '__proto__'), fc.jsonValue({ maxDepth: 1 }), {
    maxKeys: 2,
  })
  // What crosses the wire is JSON: no -0, no objects without prototype.
  .map((value): Record<string, unknown> => JSON.parse(JSON.stringify(value)));

const version = fc.constantFrom(
  'code_execution_20250825',
  'code_execution_20260120',
  'code_execution_20260521',
);

/** Tools of a request: two at most that code may call, two at most that Claude calls, and mostly the one that runs cells. */
const tools: fc.Arbitrary<Tool[]> = fc
  .record({
    version,
    declared: fc.integer({ min: 0, max: 3 }).map((n) => n > 0),
    callable: fc.subarray(['fetch_rows', 'get_price']),
    also: fc.boolean(),
    schema,
    direct: fc.subarray(['ask_user', 'open_page'], { minLength: 1 }),
    described: fc.boolean(),
  })
  .map(({ version, declared, callable, also, schema, direct, described }) => {
    const about = described ? { description: 'What it is for.' } : {};
    return [
      // Without a tool that runs cells, and without one that cells could call, there would be no cells.
      ...(declared || callable.length === 0 ? [{ type: version, name: 'code_execution' }] : []),
      ...callable.map((name) => ({
        name,
        ...about,
        input_schema: schema,
        allowed_callers: also ? ['direct', version] : [version],
      })),
      ...direct.map((name) => ({ name, ...about, input_schema: schema })),
    ];
  });

/** The shape of a turn, before its cells and calls have names. */
type Sketch =
  | { kind: 'text'; text: string }
  | { kind: 'thinking'; text: string }
  | { kind: 'cells'; cells: CellSketch[]; direct: number }
  | { kind: 'direct'; direct: number }
  | { kind: 'pause'; cells: CellSketch[] };

/** How many calls a cell makes at each pause, and whether it ends with an error code. */
interface CellSketch {
  readonly pauses: number[];
  readonly failed: boolean;
  readonly stdout: string;
}

const cell: fc.Arbitrary<CellSketch> = fc.record({
  pauses: fc.array(fc.integer({ min: 1, max: 4 }), { maxLength: 3 }),
  failed: fc.integer({ min: 0, max: 9 }).map((n) => n === 0),
  stdout: fc.constantFrom('', '7\n', 'a long line of what was printed\n'),
});
const kind = <T extends string>(name: T) => fc.constant(name);
const sketch: fc.Arbitrary<Sketch> = fc.oneof(
  fc.record({ kind: kind('text'), text: word }),
  fc.record({ kind: kind('thinking'), text: word }),
  fc.record({
    kind: kind('cells'),
    cells: fc.array(cell, { minLength: 1, maxLength: 1 }),
    direct: fc.constant(0),
  }),
  fc.record({
    kind: kind('cells'),
    cells: fc.array(cell, { minLength: 2, maxLength: 3 }),
    direct: fc.constant(0),
  }),
  fc.record({
    kind: kind('cells'),
    cells: fc.array(cell, { minLength: 1, maxLength: 2 }),
    direct: fc.integer({ min: 1, max: 2 }),
  }),
  fc.record({ kind: kind('direct'), direct: fc.integer({ min: 1, max: 2 }) }),
  fc.record({ kind: kind('pause'), cells: fc.array(cell, { maxLength: 2 }) }),
);
const turn = fc.record({
  sketches: fc.array(sketch, { minLength: 1, maxLength: 4 }),
  stop: fc.option(
    fc.constantFrom<Step[]>(
      { type: 'stop', stop_reason: 'max_tokens' },
      { type: 'stop', stop_reason: 'stop_sequence', stop_sequence: 'END' },
      {
        type: 'stop',
        stop_reason: 'refusal',
        stop_details: { type: 'refusal', category: null, explanation: null },
      },
    ),
    { freq: 6 },
  ),
});

const user = fc.oneof(
  word,
  fc.array(word, { minLength: 1, maxLength: 2 }).map((texts) => texts.map(textBlock)),
);
const reply: fc.Arbitrary<Reply> = fc.record({
  content: fc.oneof(
    word,
    fc.constantFrom('', '{"rows": []}', undefined),
    fc.array(word.map(textBlock), { maxLength: 2 }),
  ),
  is_error: fc.constantFrom(undefined, undefined, false, true),
});

function textBlock(text: string): Block {
  return { type: 'text', text };
}

export const conversation: fc.Arbitrary<Conversation> = fc
  .record({
    tools,
    users: fc.array(user, { minLength: 3, maxLength: 3 }),
    sketches: fc.array(turn, { minLength: 1, maxLength: 3 }),
    options: fc.record(
      {
        system: fc.oneof(
          word,
          word.map((text) => [textBlock(text)]),
        ),
        temperature: fc.constantFrom(0, 0.5, 1),
        stop_sequences: fc.constant(['END']),
        metadata: fc.constant({ user_id: 'u' }),
        tool_choice: fc.constantFrom({ type: 'auto' }, { type: 'none' }),
      },
      { requiredKeys: [] },
    ),
    input,
    replies: fc.array(reply, { minLength: 1, maxLength: 5 }),
    streams: fc.constantFrom([false], [false], [true], [false, true]),
    namesContainer: fc.constantFrom('always' as const, 'when_needed' as const),
    continuation: fc.constantFrom('new_message' as const, 'same_message' as const),
  })
  .map(({ sketches, users, input, ...rest }) => ({
    ...rest,
    users: users.slice(0, sketches.length),
    ...elaborate(sketches, rest.tools, input),
  }));

/** Gives cells their codes and calls their tools, and keeps every response from being empty. */
function elaborate(
  turns: readonly { sketches: Sketch[]; stop: Step | null }[],
  tools: readonly Tool[],
  input: Record<string, unknown>,
): Pick<Conversation, 'turns' | 'cells'> {
  const cells: Record<string, Canned[]> = {};
  const named = (names: readonly string[], n: number) => names[n % names.length] ?? '';
  const callable = tools.filter((tool) => tool.allowed_callers).map(({ name }) => name);
  const direct = tools.filter((tool) => !tool.allowed_callers && tool.input_schema);

  const cellOf = ({ pauses, failed, stdout }: CellSketch) => {
    const code = `cell_${Object.keys(cells).length}`;
    const rounds = callable.length === 0 ? [] : pauses;
    cells[code] = [
      ...rounds.map((count, round) => ({
        calls: Array.from({ length: count }, (_, n) => ({
          key: `${code}-${round}-${n}`,
          name: named(callable, n),
          input: { ...input, n },
          line: round + 1,
        })),
      })),
      { stdout, stderr: '', return_code: 0 },
    ];
    const error = failed ? { error_code: 'unavailable' as const } : {};
    return { type: 'code_execution' as const, code, ...error };
  };
  const callsOf = (count: number) =>
    Array.from({ length: count }, (_, n) => ({ name: direct[n % direct.length]!.name, input }));
  const stepsOf = (sketch: Sketch): Step[] => {
    switch (sketch.kind) {
      case 'text':
        return [{ type: 'text', text: sketch.text }];
      case 'thinking':
        return [{ type: 'thinking', thinking: sketch.text }];
      case 'direct':
        return [{ type: 'tool_use', calls: callsOf(sketch.direct) }];
      case 'pause': {
        const started = sketch.cells.map(cellOf);
        const pause: Step = { type: 'pause_turn', ...(started.length > 0 && { uses: started }) };
        return [{ type: 'text', text: 'More to come.' }, pause, { type: 'text', text: 'Now.' }];
      }
      case 'cells': {
        const [first, ...more] = sketch.cells.map(cellOf);
        if (more.length === 0 && sketch.direct === 0) return [first!];
        const calls = sketch.direct > 0 ? { calls: callsOf(sketch.direct) } : {};
        return [{ type: 'parallel', uses: [first!, ...more], ...calls }];
      }
    }
  };
  return {
    turns: turns.map(({ sketches, stop }) => [
      ...sketches.flatMap(stepsOf),
      { type: 'text', text: 'Done.' },
      ...(stop ? [stop] : []),
    ]),
    cells,
  };
}
