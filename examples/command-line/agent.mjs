// An agent as one may write it: a loop around the Messages API, and one tool that Claude's code may call.
import Anthropic from '@anthropic-ai/sdk';

const SALES = {
  ABC123: [
    { week: 1, units: 3, price: 9.5 },
    { week: 2, units: 4, price: 9.5 },
    { week: 3, units: 12, price: 7.25 },
  ],
};

const tools = [
  { type: 'code_execution_20260120', name: 'code_execution' },
  {
    name: 'fetch_sales_data',
    description: 'Sales rows of one SKU as a JSON list, each with week, units and price.',
    input_schema: { type: 'object', properties: { sku: { type: 'string' } }, required: ['sku'] },
    allowed_callers: ['code_execution_20260120'],
  },
];

const client = new Anthropic();
const messages = [];
let container;

async function ask(question) {
  messages.push({ role: 'user', content: question });
  for (;;) {
    const message = await client.messages.create({
      model: 'claude-sonnet-4-6',
      max_tokens: 4096,
      tools,
      messages,
      ...(container && { container }),
    });
    container = message.container?.id ?? container;
    messages.push({ role: 'assistant', content: message.content });
    const calls = message.content.filter((block) => block.type === 'tool_use');
    if (calls.length === 0) return message.content.at(-1).text;
    messages.push({ role: 'user', content: calls.map(result) });
  }
}

function result({ id, input }) {
  return { type: 'tool_result', tool_use_id: id, content: JSON.stringify(SALES[input.sku]) };
}

for (const question of ['What did we earn with ABC123?', 'In which week did we sell the most?']) {
  console.log(await ask(question));
}
