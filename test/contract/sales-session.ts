/** A session of the fake whose cell reads results of two tools, and the tools as they were. */
import { createFakeApi, scenario } from 'callsheet';
import type { Exchange } from '../../src/cassette/exchange.ts';
import type { TranscriptEvent } from '../../src/transcript/events.ts';

const CODE = `import json
rows = json.loads(await fetch_sales({"sku": "A1", "period": "week"}))
units = [row["units"] for row in rows["rows"]]
stock = int(await count_stock({"sku": "A1"}))
print("sold", sum(units))
print("left", stock - sum(units))
`;

export const fetchSales = {
  name: 'fetch_sales',
  description: 'Returns JSON text: {"rows": [{"day", "units"}]}.',
  input_schema: {
    type: 'object',
    properties: { sku: { type: 'string' }, period: { type: 'string', enum: ['day', 'week'] } },
    required: ['sku'],
  },
  allowed_callers: ['code_execution_20260120'],
  run: (): unknown => ({
    rows: [
      { day: 'Mon', units: 3 },
      { day: 'Tue', units: 4 },
    ],
    page: 1,
  }),
};
export const countStock = {
  name: 'count_stock',
  description: 'Returns how many are left, as text.',
  input_schema: { type: 'object', properties: { sku: { type: 'string' } }, required: ['sku'] },
  allowed_callers: ['code_execution_20260120'],
  run: (): unknown => '20',
};

export interface RecordedSession {
  readonly events: readonly TranscriptEvent[];
  readonly exchanges: readonly Exchange[];
}

/** A tool, and the function that answers for it: what it throws is an error result. */
export interface RecordedTool {
  readonly name: string;
  readonly run: (input: any) => unknown;
}

/** The session played once against the tools as they were. */
export const recordSales = (): Promise<RecordedSession> =>
  recordSession([CODE], [fetchSales, countStock]);

/** A session whose cells run one after the other, in one container. */
export async function recordSession(
  cells: readonly string[],
  tools: readonly RecordedTool[],
): Promise<RecordedSession> {
  const exchanges: Exchange[] = [];
  const script = scenario('cells', (claude) => {
    cells
      .reduce<Pick<ReturnType<typeof claude.onUser>, 'runs' | 'says'>>(
        (turn, code) => turn.runs(code),
        claude.onUser(),
      )
      .says('Done.');
  });
  await using api = createFakeApi({ script });
  const declared = [
    { type: 'code_execution_20260120', name: 'code_execution' },
    ...tools.map(({ run: _run, ...tool }) => tool),
  ];
  const messages: object[] = [{ role: 'user', content: 'How many are left?' }];
  let container: string | undefined;
  for (;;) {
    const body = {
      model: 'claude-sonnet-4-6',
      max_tokens: 1024,
      tools: declared,
      messages,
      container,
    };
    const response = await api.fetch('https://api.anthropic.com/v1/messages', {
      method: 'POST',
      body: JSON.stringify(body),
    });
    const message: any = await response.json();
    exchanges.push(
      structuredClone({
        request: { method: 'POST', path: '/v1/messages', headers: {}, body },
        response: { status: response.status, headers: {}, body: message },
      }),
    );
    if (message.stop_reason !== 'tool_use') {
      return { events: api.transcript.events, exchanges };
    }
    container = message.container?.id;
    const results = message.content
      .filter(({ type }: any) => type === 'tool_use')
      .map((call: any) => ({ type: 'tool_result', tool_use_id: call.id, ...answer(tools, call) }));
    messages.push(
      { role: 'assistant', content: message.content },
      { role: 'user', content: results },
    );
  }
}

function answer(
  tools: readonly RecordedTool[],
  { name, input }: { readonly name: string; readonly input: unknown },
): object {
  try {
    const result = tools.find((tool) => tool.name === name)?.run(input);
    return { content: typeof result === 'string' ? result : JSON.stringify(result) };
  } catch (error) {
    return { content: String(error), is_error: true };
  }
}
