import { createFakeApi, type FakeApi, type FakeApiOptions } from '../../src/api/create-fake-api.ts';
import type { Message } from '../../src/protocol/message.ts';
import type { BashStep, Step, TextEditorStep } from '../../src/protocol/step.ts';
import type { Finding } from '../../src/transcript/events.ts';
import { type Canned, createCannedSandbox } from './canned-sandbox.ts';
import { createListScript } from './list-script.ts';

export const MESSAGES_URL = 'https://api.anthropic.com/v1/messages';

export const says = (text: string): Step => ({ type: 'text', text });
export const runs = (code: string): Step => ({ type: 'code_execution', code });
export const runsBash = (command: string): BashStep => ({ type: 'bash_code_execution', command });
export const creates = (path: string): TextEditorStep => ({
  type: 'text_editor_code_execution',
  input: { command: 'create', path, file_text: 'x = 1\n' },
});

/** A fake that plays turns of steps, whose cells do what is canned for them. */
export function fake(
  turns: Step[][],
  cells: Record<string, Canned[]> = {},
  options: Omit<FakeApiOptions, 'script' | 'sandbox'> = {},
) {
  const sandbox = createCannedSandbox(cells);
  const api = createFakeApi({ script: createListScript(...turns), sandbox, ...options });
  return { api, sandbox };
}

export const codeExecution = { type: 'code_execution_20260120', name: 'code_execution' };
export const fetchRows = {
  name: 'fetch_rows',
  input_schema: { type: 'object' },
  allowed_callers: ['code_execution_20260120'],
};
export const askUser = { name: 'ask_user', input_schema: { type: 'object' } };
export const tools = [codeExecution, fetchRows, askUser];

/** A cell that makes one call and prints what came back. */
export const oneCall: Canned[] = [
  { calls: [{ key: '1', name: 'fetch_rows', input: { sku: 'A' }, line: 2 }] },
  { stdout: '7\n' },
];

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: any;
}

/** Sends a body; model, max_tokens and tools are filled in. */
export async function send(
  api: FakeApi,
  body: object,
  { url = MESSAGES_URL, headers = {} }: { url?: string; headers?: Record<string, string> } = {},
): Promise<Answer> {
  const response = await api.fetch(url, {
    method: 'POST',
    headers,
    body: JSON.stringify({ model: 'claude-sonnet-4-6', max_tokens: 1024, tools, ...body }),
  });
  return { status: response.status, headers: response.headers, body: await response.json() };
}

export const user = (content: unknown) => ({ role: 'user', content });
export const assistant = (message: Message) => ({ role: 'assistant', content: message.content });

/** A message that answers every call of a response, in its order. */
export function results(message: Message, ...contents: unknown[]) {
  const calls = message.content.filter((block) => block.type === 'tool_use');
  return user(
    calls.map((block, i) => ({
      type: 'tool_result',
      tool_use_id: block.id,
      content: contents[i] ?? '',
    })),
  );
}

/** A conversation whose first response waits for a call of its cell. */
export async function pausedConversation(options: Parameters<typeof fake>[2] = {}) {
  const { api, sandbox } = fake([[runs('cell'), says('Done.')]], { cell: oneCall }, options);
  const first: Message = (await send(api, { messages: [user('Hi')] })).body;
  return { api, sandbox, first, history: [user('Hi'), assistant(first)] };
}

export function findings(api: FakeApi): Finding[] {
  return api.transcript.events.filter((event) => event.type === 'finding');
}
