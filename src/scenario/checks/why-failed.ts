import * as z from 'zod';
import type { TranscriptEvent } from '../../transcript/events.ts';

const Tools = z.object({
  tools: z.array(
    z.object({ name: z.string().optional(), allowed_callers: z.array(z.string()).optional() }),
  ),
});

/**
 * What the error of a cell comes from when it uses the client's tools in a wrong way: one that is not declared, or not for
 * code, is not there; a call takes one dict and is awaited. Undefined when it is another error.
 */
export function whyFailed(
  error: string,
  transcript: Iterable<TranscriptEvent>,
): string | undefined {
  const tools = declaredTools(transcript);
  const [, unknown] = /\bNameError: name '(\w+)' is not defined/.exec(error) ?? [];
  if (unknown !== undefined) return whyUndefined(unknown, tools, error);

  const [, called = ''] = /\bTypeError: (\w+)\(\) /.exec(error) ?? [];
  if (tools.has(called)) {
    return `A tool takes its arguments as one dict: \`await ${called}({…})\`.`;
  }
  if (!/\bTypeError: .*\bcoroutine\b/.test(error)) return undefined;
  const pending = [...tools.keys()].find((name) => isUsed(name, error));
  return pending && `A call of a tool is awaited: \`await ${pending}({…})\`.`;
}

function whyUndefined(
  name: string,
  tools: ReadonlyMap<string, boolean>,
  error: string,
): string | undefined {
  if (tools.get(name) === true) return undefined;
  if (tools.has(name)) {
    return `The tool ${name} is declared, but not for code: add "code_execution_20260120" to its \`allowed_callers\`.`;
  }
  if (!isUsed(name, error)) return undefined;
  const others = tools.size === 0 ? 'none' : [...tools.keys()].join(', ');
  return `The agent declares no tool ${name}. Its tools: ${others}.`;
}

/** Whether a traceback shows a call of a name. */
function isUsed(name: string, error: string): boolean {
  return new RegExp(`\\b${name}\\(`).test(error);
}

/** The tools of all requests that have the name of a function, each with whether code may call it. */
function declaredTools(transcript: Iterable<TranscriptEvent>): Map<string, boolean> {
  const declared = new Map<string, boolean>();
  for (const event of transcript) {
    if (event.type !== 'request.received') continue;
    const { tools = [] } = Tools.safeParse(event.body).data ?? {};
    for (const { name = '', allowed_callers = ['direct'] } of tools) {
      if (!/^\w+$/.test(name) || name === 'code_execution') continue;
      declared.set(
        name,
        allowed_callers.some((caller) => caller !== 'direct'),
      );
    }
  }
  return declared;
}
