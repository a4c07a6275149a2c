/** Requests as JSON, loosely typed: mutations break them on purpose. */

export interface Block {
  type: string;
  id?: string;
  tool_use_id?: string;
  name?: string;
  text?: string;
  thinking?: string;
  signature?: string;
  input?: object;
  caller?: { type: string; tool_id?: string };
  content?: unknown;
  is_error?: boolean;
  [key: string]: unknown;
}

export interface Turn {
  role: string;
  content: string | Block[];
  [key: string]: unknown;
}

export interface Tool {
  type?: string;
  name: string;
  input_schema?: object;
  allowed_callers?: string[];
  [key: string]: unknown;
}

export interface Body {
  model: string;
  max_tokens: number;
  messages: Turn[];
  tools?: Tool[];
  container?: unknown;
  tool_choice?: unknown;
  system?: unknown;
  stream?: boolean;
  temperature?: number;
  [key: string]: unknown;
}

export const blocksOf = ({ content }: Turn): Block[] =>
  typeof content === 'string' ? [] : content;

export const isCall = ({ type }: Block): boolean => type === 'tool_use';
export const isCell = ({ type }: Block): boolean => type === 'server_tool_use';
export const isCellResult = ({ type }: Block): boolean => type === 'code_execution_tool_result';
export const isReply = ({ type }: Block): boolean => type === 'tool_result';
export const isThinking = ({ type }: Block): boolean => type === 'thinking';
export const isText = ({ type }: Block): boolean => type === 'text';
export const hasReplies = (turn: Turn): boolean => blocksOf(turn).some(isReply);

/** A tool that the code of a cell may call. */
export const isCallable = ({ type = 'custom', allowed_callers }: Tool): boolean =>
  type === 'custom' && (allowed_callers ?? []).some((caller) => caller !== 'direct');
/** A tool of the client that Claude may call itself. */
export const isDirectTool = ({ type = 'custom', allowed_callers }: Tool): boolean =>
  type === 'custom' && (allowed_callers ?? ['direct']).includes('direct');
export const isCodeExecution = ({ type }: Tool): boolean =>
  type?.startsWith('code_execution_') ?? false;
