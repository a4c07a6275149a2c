import { CodeExecutionError, ServerToolName } from '../protocol/blocks.ts';
import { BashError, TextEditorError } from '../protocol/command-results.ts';
import { TextEditorCommand } from '../protocol/container-tools.ts';
import { RefusalDetails, StopReason } from '../protocol/message.ts';
import type { DirectCall, ServerToolStep, Step } from '../protocol/step.ts';
import type { WireBlock } from '../protocol/wire-blocks.ts';
import { isJsonObject, type WireMessage } from '../protocol/wire-message.ts';

/** A response that goes on in the next one. */
const GOES_ON = new Set<unknown>(['tool_use', 'pause_turn']);

/** What Claude did in each turn that some messages tell of, as the steps of a script. What no step can say is left out. */
export function turnSteps(messages: readonly WireMessage[]): readonly (readonly Step[])[] {
  const results = new Map(
    messages.flatMap(({ content }) =>
      content.flatMap((block): [string, WireBlock][] =>
        typeof block['tool_use_id'] === 'string' ? [[block['tool_use_id'], block]] : [],
      ),
    ),
  );
  const turns: Step[][] = [];
  let steps: Step[] | undefined;
  for (const message of messages) {
    if (!steps) turns.push((steps = []));
    steps.push(...stepsOf(message, results));
    if (!GOES_ON.has(message['stop_reason'])) steps = undefined;
  }
  return turns;
}

function stepsOf(message: WireMessage, results: ReadonlyMap<string, WireBlock>): Step[] {
  const steps: Step[] = [];
  let uses: ServerToolStep[] = [];
  let calls: DirectCall[] = [];
  const flush = (): void => {
    const [use, second] = uses;
    if (use && (second || calls.length > 0)) steps.push({ type: 'parallel', uses, calls });
    else if (use) steps.push(use);
    else if (calls.length > 0) steps.push({ type: 'tool_use', calls });
    [uses, calls] = [[], []];
  };
  for (const block of message.content) {
    const { type, id, name, input } = block;
    if (!isByClaude(block)) continue;
    if (type === 'tool_use' && isJsonObject(input)) {
      calls.push({ name: String(name), input });
    } else if (type === 'server_tool_use') {
      const use = useOf(block, results.get(String(id)));
      if (use) uses.push(use);
    } else {
      flush();
      if (type === 'text') steps.push({ type, text: String(block['text']) });
      if (type === 'thinking') {
        const { thinking, signature } = block;
        steps.push({ type, thinking: String(thinking), signature: String(signature) });
      }
    }
  }
  if (message['stop_reason'] === 'pause_turn') {
    steps.push({ type: 'pause_turn', uses });
    return steps;
  }
  flush();
  const stop = stopOf(message);
  return stop ? [...steps, stop] : steps;
}

/** Not by the code of a cell. */
function isByClaude({ caller }: WireBlock): boolean {
  return !isJsonObject(caller) || caller['type'] === 'direct';
}

function useOf(
  { name, input }: WireBlock,
  result: WireBlock | undefined,
): ServerToolStep | undefined {
  const { data: type } = ServerToolName.safeParse(name);
  if (!type || !isJsonObject(input)) return undefined;
  const { error_code: code, error_message: message } = isJsonObject(result?.['content'])
    ? result['content']
    : {};
  switch (type) {
    case 'code_execution': {
      const { data: error_code } = CodeExecutionError.shape.error_code.safeParse(code);
      return { type, code: String(input['code']), error_code };
    }
    case 'bash_code_execution': {
      const { data: error_code } = BashError.shape.error_code.safeParse(code);
      return { type, command: String(input['command']), error_code };
    }
    case 'text_editor_code_execution': {
      const { data: edit } = TextEditorCommand.safeParse(input);
      const { data: error_code } = TextEditorError.shape.error_code.safeParse(code);
      const error_message = typeof message === 'string' ? message : undefined;
      return edit && { type, input: edit, error_code, error_message };
    }
  }
}

function stopOf({ stop_reason, stop_sequence, stop_details }: WireMessage): Step | undefined {
  const { data: reason } = StopReason.safeParse(stop_reason);
  if (!reason || reason === 'tool_use' || reason === 'pause_turn') return undefined;
  const { data: details } = RefusalDetails.safeParse(stop_details);
  return {
    type: 'stop',
    stop_reason: reason,
    ...(typeof stop_sequence === 'string' && { stop_sequence }),
    ...(details && { stop_details: details }),
  };
}
