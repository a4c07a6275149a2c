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

export interface RecordedSales {
  readonly events: readonly TranscriptEvent[];
  readonly exchanges: readonly Exchange[];
}

/** The session played once against the tools as they were. */
export async function recordSales(): Promise<RecordedSales> {
  const exchanges: Exchange[] = [];
  const script = scenario('sales', (claude) => {
    claude.onUser().runs(CODE).says('Done.');
  });
  await using api = createFakeApi({ script });
  const tools = [
    { type: 'code_execution_20260120', name: 'code_execution' },
    ...[fetchSales, countStock].map(({ run: _run, ...tool }) => tool),
  ];
  const messages: object[] = [{ role: 'user', content: 'How many are left?' }];
  let container: string | undefined;
  for (;;) {
    const body = { model: 'claude-sonnet-4-6', max_tokens: 1024, tools, messages, container };
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
    container = message.container.id;
    const results = message.content
      .filter(({ type }: any) => type === 'tool_use')
      .map(({ id, name }: any) => {
        const result = name === 'fetch_sales' ? fetchSales.run() : countStock.run();
        const content = typeof result === 'string' ? result : JSON.stringify(result);
        return { type: 'tool_result', tool_use_id: id, content };
      });
    messages.push(
      { role: 'assistant', content: message.content },
      { role: 'user', content: results },
    );
  }
}
