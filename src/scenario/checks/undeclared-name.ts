import * as z from 'zod';
import type { TranscriptEvent } from '../../transcript/events.ts';

const Tools = z.object({
  tools: z.array(
    z.object({ name: z.string().optional(), allowed_callers: z.array(z.string()).optional() }),
  ),
});

/**
 * Why code does not know a name that is one of the client's tools: a tool that does not say that code may call it is a
 * function only for Claude. Undefined when its error is another one.
 */
export function whyUndefined(
  error: string,
  transcript: Iterable<TranscriptEvent>,
): string | undefined {
  const [, name] = /NameError: name '(\w+)' is not defined/m.exec(error) ?? [];
  if (name === undefined) return undefined;
  for (const event of transcript) {
    if (event.type !== 'request.received') continue;
    const { tools = [] } = Tools.safeParse(event.body).data ?? {};
    const tool = tools.find((each) => each.name === name);
    const { allowed_callers: callers = ['direct'] } = tool ?? {};
    if (!tool || callers.some((caller) => caller !== 'direct')) continue;
    return `The tool ${name} is declared, but not for code: add "code_execution_20260120" to its \`allowed_callers\`.`;
  }
  return undefined;
}
