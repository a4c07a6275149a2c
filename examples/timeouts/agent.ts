// An agent whose one tool may take its time.
import type Anthropic from '@anthropic-ai/sdk';

const tools: Anthropic.ToolUnion[] = [
  { type: 'code_execution_20260120', name: 'code_execution' },
  {
    name: 'run_report',
    input_schema: { type: 'object', properties: { year: { type: 'integer' } } },
    allowed_callers: ['code_execution_20260120'],
  },
];

/** Makes an agent that answers one question. `runReport` does what the tool says. */
export function createReporter(
  client: Anthropic,
  runReport: (input: unknown) => Promise<string>,
): (question: string) => Promise<string> {
  return async (question) => {
    const messages: Anthropic.MessageParam[] = [{ role: 'user', content: question }];
    let container: string | null = null;
    for (;;) {
      const response: Anthropic.Message = await client.messages.create({
        model: 'claude-sonnet-4-6',
        max_tokens: 4096,
        tools,
        messages,
        container,
      });
      container = response.container?.id ?? container;
      messages.push({ role: 'assistant', content: response.content });
      const calls = response.content.filter((block) => block.type === 'tool_use');
      const last = response.content.at(-1);
      if (calls.length === 0) return last?.type === 'text' ? last.text : '';
      const answers = calls.map(async ({ id, input }): Promise<Anthropic.ToolResultBlockParam> => ({
        type: 'tool_result',
        tool_use_id: id,
        content: await runReport(input),
      }));
      messages.push({ role: 'user', content: await Promise.all(answers) });
    }
  };
}
