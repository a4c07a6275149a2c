import * as z from 'zod';
import type { RuleId } from '../protocol/requirements.ts';
import { showCall } from '../scenario/calls/show-call.ts';
import { answersFor, possibleAnswers } from '../scenario/client/answers.ts';
import { toolDefinitions } from '../scenario/client/tool-definitions.ts';
import type { ScenarioData } from '../scenario/data/scenario-data.ts';
import { CODE_EXECUTION } from '../scenario/data/tool-data.ts';
import type { EventOf, Finding, TranscriptEvent } from '../transcript/events.ts';

/**
 * What a client did wrong that only one who knows its tools can tell: it did not say that code may call a tool, or it
 * answered a call with something else than the tool does.
 */
export function checkClient(data: ScenarioData, transcript: Iterable<TranscriptEvent>): Finding[] {
  const events = [...transcript];
  const [first] = events.filter((event) => event.type === 'request.received');
  return [...(first ? checkTools(data, first) : []), ...checkAnswers(data, events)];
}

type Request = EventOf<'request.received'>;

/** As much of a request as says who may call its tools. */
const Declarations = z.object({
  tools: z
    .array(
      z.object({ name: z.string().optional(), allowed_callers: z.array(z.string()).optional() }),
    )
    .optional(),
});

function checkTools(data: ScenarioData, request: Request): Finding[] {
  const { data: body } = Declarations.safeParse(request.body);
  if (!body) return [];
  const { tools = [] } = body;
  return toolDefinitions(data).flatMap(({ name, allowed_callers: callers = [] }) => {
    if (!callers.includes(CODE_EXECUTION)) return [];
    const index = tools.findIndex((tool) => tool.name === name);
    const declared = tools[index]?.allowed_callers;
    if (declared?.some((caller) => caller !== 'direct')) return [];
    const found = {
      path: index === -1 ? 'tools' : `tools.${index}.allowed_callers`,
      message: `The tool \`${name}\` was declared ${declaredAs(index, declared)}: code that calls it finds no such function.`,
      fix: `Declare it with \`allowed_callers: ["${CODE_EXECUTION}"]\`.`,
    };
    return [finding('tool.not_callable', request, found)];
  });
}

function checkAnswers({ tools = {} }: ScenarioData, events: readonly TranscriptEvent[]): Finding[] {
  const calls = new Map<string, EventOf<'call.made'>>();
  const findings: Finding[] = [];
  let request: Request | undefined;
  for (const event of events) {
    if (event.type === 'request.received') request = event;
    if (event.type === 'call.made') calls.set(event.call, event);
    if (event.type !== 'call.answered' || !request) continue;
    const made = calls.get(event.call);
    const tool = made && Object.hasOwn(tools, made.name) ? tools[made.name] : undefined;
    if (!made || !tool) continue;
    const { name, input } = made;
    // A function may answer anything.
    if (possibleAnswers(tool).length === 0) continue;
    const expected = answersFor(tool, input);
    // How a tool that fails is put into words is the client's affair.
    if (expected.some(({ is_error, content }) => is_error || content === event.content)) continue;
    const answers = expected.map(({ content }) => JSON.stringify(content)).join(' or ');
    const found = {
      message: `The call ${showCall({ name, input })} was answered with ${JSON.stringify(event.content)}; its tool answers ${answers || 'nothing to it'}.`,
      fix: 'Run the tool with the arguments of the call, and send its text as it is.',
    };
    findings.push(finding('reply.different', request, found));
  }
  return findings;
}

function finding(
  rule: RuleId,
  { session, at, request }: Request,
  found: Pick<Finding, 'path' | 'message' | 'fix'>,
): Finding {
  return { type: 'finding', rule, session, at, request, ...found };
}

function declaredAs(index: number, callers: readonly string[] | undefined): string {
  if (index === -1) return 'nowhere';
  return callers
    ? `with \`allowed_callers: ${JSON.stringify(callers)}\``
    : 'without `allowed_callers`';
}
