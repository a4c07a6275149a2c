/** Recorded sessions against tools that changed since. */
import { existsSync, readFileSync } from 'node:fs';
import { pyodideSandbox } from 'callsheet';
import { afterAll, describe, expect, test, type TestContext } from 'vitest';
import { readRecording } from '../../src/cassette/import/read-recording.ts';
import { transcriptOf } from '../../src/cassette/transcript-of.ts';
import { checkTools, type CheckReport } from '../../src/contract/check-tools.ts';
import type { SameResult } from '../../src/contract/compare-results.ts';
import { readTodaysTools } from '../../src/contract/todays-tools.ts';
import { readTools } from '../../src/contract/tool-contract.ts';
import type { TranscriptEvent } from '../../src/transcript/events.ts';
import { countStock, fetchSales, recordSales, recordSession } from './sales-session.ts';

const sandbox = pyodideSandbox();
afterAll(() => sandbox.dispose());

/** Kind, rule and path of each change, and the lines of recorded code that meet it. */
function summary({ changes }: CheckReport): string[] {
  return changes.map(({ kind, rule, path, places }) =>
    [kind, rule, path, ...places.map(({ line }) => `line ${line}`)].filter(Boolean).join(' '),
  );
}

describe('a session of the fake', () => {
  const recorded = recordSales().then(({ events }) => events);

  async function check(
    sales: object,
    stock: object = {},
    python = true,
    sameResult?: SameResult,
  ): Promise<CheckReport> {
    const tools = { sales: { ...fetchSales, ...sales }, stock: { ...countStock, ...stock } };
    return checkTools(
      [{ file: 'sales', transcript: await recorded }],
      readTodaysTools(tools),
      python ? { sandbox, sameResult } : {},
    );
  }
  const schema = (change: (schema: any) => void) => {
    const input_schema = structuredClone(fetchSales.input_schema);
    change(input_schema);
    return { input_schema };
  };

  test('nothing changed', async () => {
    const report = await check({});
    expect(summary(report)).toEqual([]);
    expect(report).toMatchObject({ kind: 'compatible', skipped: [] });
  });

  test('the keys that the cell needs are those it reads, with the lines that fail without them', async () => {
    const { needs } = await check({});
    expect(needs.map(({ tool, path, line, message }) => [tool, path, line, message])).toEqual([
      ['fetch_sales', '/rows', 3, "KeyError: 'rows'"],
      ['fetch_sales', '/rows/*/units', 3, "KeyError: 'units'"],
    ]);
  });

  test('a renamed key that the cell reads', async () => {
    const rows = [{ day: 'Mon', sold: 3 }];
    expect(summary(await check({ run: () => ({ rows, page: 1 }) }))).toEqual([
      'breaking output.required.widened /rows/*/units line 3',
      'compatible output.property.widened /rows/*/sold',
      'compatible output.required.narrowed /rows/*/sold',
      'compatible output.property.narrowed /rows/*/units',
      'breaking cell.failed line 3',
    ]);
  });

  test('a key that no recorded line needs', async () => {
    const rows = [{ units: 3 }, { units: 4 }];
    expect(summary(await check({ run: () => ({ rows, page: 1 }) }))).toContain(
      'breaking output.required.widened /rows/*/day',
    );
  });

  test('a text that became an object', async () => {
    const report = await check({}, { run: () => ({ left: 20 }) });
    expect(summary(report)).toEqual([
      'breaking output.type.widened',
      'breaking cell.failed line 4',
    ]);
    expect(report.changes[1]?.message).toContain('ValueError: invalid literal for int()');
  });

  test('a changed unit: the first output that differs, and the line of the call', async () => {
    const report = await check({}, { run: () => '240' });
    expect(summary(report)).toEqual(['unknown cell.printed line 4']);
    expect(report.changes[0]?.message).toBe('printed "left 13", now "left 233"');
    expect(report.changes[0]?.tool).toBe('count_stock');
  });

  test('values are compared as the user says: each result that is not the same, with the line of its call', async () => {
    const compared: unknown[] = [];
    const { kind, changes } = await check({}, { run: () => '240' }, true, (was, is, call) => {
      compared.push([call.tool, call.input, was, is]);
      return was === is || call.tool === 'fetch_sales';
    });
    const rows = fetchSales.run();
    expect(compared).toEqual([
      ['fetch_sales', { sku: 'A1', period: 'week' }, rows, rows],
      ['count_stock', { sku: 'A1' }, 20, 240],
    ]);
    expect(kind).toBe('breaking');
    expect(changes.find(({ rule }) => rule === 'result.value')).toMatchObject({
      tool: 'count_stock',
      message: 'the result was 20, now 240',
      places: [{ file: 'sales', line: 4 }],
    });
  });

  test('what is wrong with the tools for calls from code, in the requests as they were', async () => {
    const events = structuredClone([...(await recorded)]);
    for (const event of events) {
      const body: any = event.type === 'request.received' ? event.body : {};
      body.tool_choice = { type: 'tool', name: 'count_stock' };
    }
    const strict = readTodaysTools([{ ...fetchSales, strict: true }, countStock]);
    const headers = { 'anthropic-beta': 'advanced-tool-use-2025-11-20' };
    const twice = [
      { file: 'one', transcript: events, headers },
      { file: 'two', transcript: events },
    ];
    const { lint } = await checkTools(twice, strict);
    expect(lint.map(({ rule, tool, refused }) => [rule, tool, refused])).toEqual([
      ['tool.strict_from_code', 'fetch_sales', true],
      ['tool_choice.code_only', undefined, true],
      ['lint.stale_beta', undefined, false],
    ]);
  });

  test('a required argument, a value less, a tool that is gone: known without Python, by the line of the call', async () => {
    const required = schema((s) => {
      s.properties.region = { type: 'string' };
      s.required.push('region');
    });
    expect(summary(await check(required, {}, false))).toEqual([
      'breaking input.required.narrowed /region line 2',
      'compatible input.property.widened /region',
    ]);
    const fewer = await check(
      schema((s) => s.properties.period.enum.pop()),
      {},
      false,
    );
    expect(summary(fewer)).toEqual(['breaking input.enum.narrowed /period line 2']);
    expect(fewer.changes[0]?.witness).toEqual({ sku: 'A1', period: 'week' });
    expect(fewer.skipped.join()).toContain('1 cell was not run again');
    expect(summary(await check({}, { name: 'stock' }, false))).toEqual([
      'breaking tool.removed line 4',
      'compatible tool.added',
    ]);
  });

  test('an argument that is sent and that the tool no longer speaks of: it cannot be told, by the line of the call', async () => {
    const renamed = schema((s) => {
      s.properties.interval = s.properties.period;
      delete s.properties.period;
    });
    const report = await check(renamed, {}, false);
    expect(summary(report)).toEqual([
      'unknown input.property.narrowed /period line 2',
      'compatible input.property.widened /interval',
    ]);
    expect(report.changes[0]?.message).toBe(
      'was declared, now not declared: it is sent, and ignored',
    );
    const unsent = { properties: { ...fetchSales.input_schema.properties, unused: {} } };
    const before = readTools([
      { ...fetchSales, input_schema: { ...fetchSales.input_schema, ...unsent } },
    ]);
    const { changes } = await checkTools(
      [{ file: 'sales', transcript: await recorded }],
      readTodaysTools({ fetchSales, countStock }),
      { accepted: new Map(before.map((tool) => [tool.name, tool])) },
    );
    expect(changes.map(({ kind }) => kind)).toEqual(['compatible']);
  });

  test('what no recorded code could trip over', async () => {
    const { kind, changes } = await check({
      ...schema((s) => (s.properties.region = { type: 'string' })),
      description: 'Other words.',
      run: () => ({ ...Object(fetchSales.run()), next: 2 }),
    });
    expect(new Set(changes.map((change) => change.kind))).toEqual(
      new Set(['compatible', 'cosmetic']),
    );
    expect(kind).toBe('compatible');
  });

  test('what was found out about the cells with Python serves later without', async () => {
    const { needs } = await check({});
    const output_schema = {
      type: 'object',
      properties: { rows: { type: 'array', items: { type: 'object', properties: { sold: {} } } } },
      required: ['rows', 'page'],
    };
    const report = await checkTools(
      [{ file: 'sales', transcript: await recorded }],
      readTodaysTools({ sales: { ...fetchSales, output_schema }, countStock }),
      { needs },
    );
    expect(summary(report)).toContain('breaking output.required.widened /rows/*/units line 3');
  });

  test('a tool that cannot be called leaves its cells out, and says so', async () => {
    const { skipped } = await check({ run: undefined });
    expect(skipped).toEqual([expect.stringMatching(/sales: .*no function for fetch_sales/)]);
  });
});

describe('a session whose cells share what they got', () => {
  const caller = ['code_execution_20260120'];
  const price = {
    name: 'price',
    input_schema: { type: 'object', properties: { sku: { type: 'string' } }, required: ['sku'] },
    allowed_callers: caller,
    run: ({ sku }: any): unknown => {
      if (sku === 'B2') throw new Error('no such article');
      return { eur: 10, note: '' };
    },
  };
  const stock = { ...price, name: 'stock', run: (): unknown => '5' };
  const look = { ...stock, name: 'look', allowed_callers: ['direct'] };
  const recorded = recordSession(
    [
      'import json\narticle = json.loads(await price({"sku": "A1"}))',
      'left = int(await stock({"sku": "A1"}))\nprint(article["eur"] * left)',
      'print(await price({"sku": "B2"}))',
    ],
    [price, stock],
  );
  const check = async (...tools: object[]) => {
    const { events } = await recorded;
    return checkTools([{ file: 'prices', transcript: events }], readTodaysTools(tools), {
      sandbox,
    });
  };

  test('what a later cell needs of a result is found where it is read', async () => {
    const { needs, changes, skipped } = await check(price, stock);
    expect(changes).toEqual([]);
    expect(skipped).toEqual([]);
    const cells = (await recorded).events.flatMap((event) =>
      event.type === 'cell.started' ? [event.cell] : [],
    );
    expect(needs).toEqual([
      {
        file: 'prices',
        tool: 'price',
        path: '/eur',
        cell: cells[1],
        line: 2,
        message: "KeyError: 'eur'",
      },
    ]);
  });

  test('a cell that trips over what an earlier one got: the change is of the tool that gave it', async () => {
    const { changes } = await check({ ...price, run: () => ({ euro: 10, note: '' }) }, stock);
    expect(changes).toContainEqual(
      expect.objectContaining({
        tool: 'price',
        rule: 'cell.failed',
        places: [expect.objectContaining({ line: 2, message: "KeyError: 'eur'" })],
      }),
    );
    expect(changes).toContainEqual(
      expect.objectContaining({
        rule: 'output.required.widened',
        path: '/eur',
        places: [expect.objectContaining({ line: 2 })],
      }),
    );
  });

  test('a tool that fails now, in code or called by Claude, breaks; one that failed before does not', async () => {
    const failing = () => {
      throw new Error('the shop is closed\nfor good');
    };
    const { changes } = await check(price, { ...stock, run: failing });
    expect(changes.find(({ rule }) => rule === 'result.error')).toMatchObject({
      kind: 'breaking',
      tool: 'stock',
      message: 'fails now: the shop is closed',
      witness: { sku: 'A1' },
      places: [{ file: 'prices', line: 1 }],
    });
    const direct = directSession(look, { sku: 'A1' });
    const report = await checkTools(
      [{ file: 'direct', transcript: direct }],
      readTodaysTools([{ ...look, run: failing }]),
      { sandbox },
    );
    expect(report.changes).toMatchObject([{ tool: 'look', rule: 'result.error', places: [] }]);
    const gone = await checkTools(
      [{ file: 'direct', transcript: direct }],
      readTodaysTools([{ ...look, run: undefined }]),
      { sandbox },
    );
    expect(gone.skipped).toEqual([expect.stringMatching(/^direct: a call of Claude's own/)]);
  });

  test('definitions alone are enough to find out what the cells need', async () => {
    const output_schema = { type: 'object', properties: { euro: { type: 'number' } } };
    const { changes, skipped } = await check(
      { ...price, run: undefined, output_schema },
      { ...stock, run: undefined },
    );
    expect(skipped).toEqual([expect.stringContaining('no function for price')]);
    expect(changes).toContainEqual(
      expect.objectContaining({
        rule: 'output.required.widened',
        path: '/eur',
        places: [expect.objectContaining({ line: 2 })],
      }),
    );
  });
});

/** A transcript in which Claude itself calls a tool once. */
function directSession(tool: object, input: object): TranscriptEvent[] {
  const { name } = tool as { name: string };
  const use = { type: 'tool_use', id: 'toolu_1', name, input, caller: { type: 'direct' } };
  const message = (content: object[], stop_reason: string) => ({
    status: 200,
    headers: {},
    body: { id: 'msg_1', type: 'message', role: 'assistant', model: 'm', content, stop_reason },
  });
  const request = (...messages: object[]) => ({
    method: 'POST',
    path: '/v1/messages',
    headers: {},
    body: { model: 'm', max_tokens: 9, tools: [tool], messages },
  });
  const asked = { role: 'user', content: 'Look.' };
  const result = { type: 'tool_result', tool_use_id: 'toolu_1', content: '5' };
  return transcriptOf(
    JSON.parse(
      JSON.stringify([
        { request: request(asked), response: message([use], 'tool_use') },
        {
          request: request(
            asked,
            { role: 'assistant', content: [use] },
            { role: 'user', content: [result] },
          ),
          response: message([{ type: 'text', text: 'Five.' }], 'end_turn'),
        },
      ]),
    ),
  );
}

function recordedSession(name: string, context: TestContext): TranscriptEvent[] {
  const file = new URL(`../../../shared/recordings/${name}`, import.meta.url);
  if (!existsSync(file)) context.skip(`the recording ${name} is not here`);
  return transcriptOf(readRecording(readFileSync(file, 'utf8')).exchanges);
}

describe('the recorded session of February 2026', () => {
  const recorded = (context: TestContext): TranscriptEvent[] =>
    recordedSession('anthropic-sdk-python/TestSyncRunTools-092be1de.json', context);
  function check(transcript: TranscriptEvent[], change: (tool: any) => void): Promise<CheckReport> {
    const request: any = transcript.find(({ type }) => type === 'request.received');
    const [tool] = structuredClone(request.body.tools);
    const result = { location: 'San Francisco, CA', temperature: '20°C', condition: 'Sunny' };
    tool.run = () => result;
    change(tool);
    return checkTools([{ file: 'weather', transcript }], readTodaysTools([tool]), { sandbox });
  }

  test('changes of its tool are met by the lines that call it', async (context) => {
    const transcript = recorded(context);
    const of = async (change: (tool: any) => void) => summary(await check(transcript, change));
    expect(await of(() => {})).toEqual([]);
    expect(
      await of((tool) => (tool.run = () => ({ location: '', temp: '20°C', condition: '' }))),
    ).toContain('breaking output.required.widened /temperature line 4');
    expect(await of((tool) => (tool.run = () => '20 degrees'))).toContain(
      'breaking cell.failed line 9',
    );
    const measured = { location: '', temperature: { value: 20, unit: 'C' }, condition: '' };
    expect(await of((tool) => (tool.run = () => measured))).toContain(
      'breaking output.type.widened /temperature line 4',
    );
    expect(
      await of(
        (tool) =>
          (tool.run = () => ({ location: '', temperature: '', condition: '', humidity: 0.5 })),
      ),
    ).toContain('compatible output.property.widened /humidity');
    expect(await of((tool) => tool.input_schema.required.push('day'))).toContain(
      'breaking input.required.narrowed /day line 4 line 5',
    );
    expect(await of((tool) => tool.input_schema.properties.units.enum.shift())).toContain(
      'breaking input.enum.narrowed /units line 4 line 5',
    );
    expect(await of((tool) => (tool.description = 'Other words.'))).toEqual([
      'cosmetic tool.description',
    ]);
    expect(await of((tool) => (tool.input_schema.properties.day = { type: 'string' }))).toEqual([
      'compatible input.property.widened /day',
    ]);
  });

  test('a changed unit shows in the first line printed', async (context) => {
    const warmer = { location: 'San Francisco, CA', temperature: '68°F', condition: 'Sunny' };
    const { changes } = await check(recorded(context), (tool) => (tool.run = () => warmer));
    expect(changes.map(({ rule }) => rule)).toEqual(['cell.printed']);
    expect(changes[0]?.message).toMatch(/^printed "San Francisco: .*20°C.*, now ".*68°F/);
  });
});

describe('the recorded session of December 2025', () => {
  const LINES = { player1: 17, player2: 18 };

  /** Its requests were not kept: the results are what its cell printed of them, in the order of the calls. */
  function recorded(context: TestContext): TranscriptEvent[] {
    const events = recordedSession(
      'vercel-ai/anthropic-programmatic-tool-calling.1.chunks.txt',
      context,
    );
    const { result }: any = events.find(({ type }) => type === 'cell.finished');
    const rolls = [...result.stdout.matchAll(/rolls: (\d)/g)].map((match) => match[1]);
    return events.flatMap((event): TranscriptEvent[] => {
      if (event.type !== 'call.made') return [event];
      const { session, at, call } = event;
      const content = rolls.shift();
      return [event, { type: 'call.answered', session, at, call, content, is_error: false }];
    });
  }
  const rollDie = {
    name: 'rollDie',
    input_schema: {
      type: 'object',
      properties: { player: { type: 'string' } },
      required: ['player'],
    },
    allowed_callers: ['code_execution_20250825'],
  };
  function check(transcript: TranscriptEvent[], change: object, factor = 1): Promise<CheckReport> {
    const rolls = transcript.flatMap((event) =>
      event.type === 'call.answered' ? [Number(event.content) * factor] : [],
    );
    const tool = { ...rollDie, run: () => String(rolls.shift()), ...change };
    return checkTools([{ file: 'dice', transcript }], readTodaysTools([tool]), { sandbox });
  }

  test('changes of its tool are met by the lines that call it, or that read its results', async (context) => {
    const transcript = recorded(context);
    const of = async (change: object) => summary(await check(transcript, change));
    const input_schema = (properties: object, required: string[] = ['player']) => ({
      input_schema: { type: 'object', properties, required },
    });
    expect(await of({})).toEqual([]);
    expect(
      await of(
        input_schema({ player: { type: 'string' }, sides: { type: 'number' } }, [
          'player',
          'sides',
        ]),
      ),
    ).toContain(
      `breaking input.required.narrowed /sides line ${LINES.player1} line ${LINES.player2}`,
    );
    expect(await of(input_schema({ player: { enum: ['player1'] } }))).toContain(
      `breaking input.enum.narrowed /player line ${LINES.player2}`,
    );
    const { changes } = await check(transcript, { run: () => ({ roll: 4 }) });
    expect(changes).toContainEqual(
      expect.objectContaining({
        rule: 'cell.failed',
        message: expect.stringContaining('ValueError: invalid literal for int()'),
        places: [expect.objectContaining({ line: 21 })],
      }),
    );
    expect(
      await of({
        ...input_schema({ player: { type: 'string' }, sides: { type: 'number' } }),
        description: 'Rolls.',
      }),
    ).toEqual(['compatible input.property.widened /sides', 'cosmetic tool.description']);
  });

  test('a changed unit shows in the first roll that is printed, and names the line of its call', async (context) => {
    const { changes } = await check(recorded(context), {}, 10);
    expect(changes.map(({ rule }) => rule)).toEqual(['cell.printed']);
    expect(changes[0]?.message).toBe('printed "Player 1 rolls: 5", now "Player 1 rolls: 50"');
    expect(changes[0]?.places).toMatchObject([{ file: 'dice', line: LINES.player1 }]);
  });
});
