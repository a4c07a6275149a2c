import { isJsonObject } from '../protocol/wire-message.ts';
import type { TranscriptEvent } from '../transcript/events.ts';
import type { LintFinding } from './lint-rules.ts';
import { lintTools } from './lint-tools.ts';
import type { TodaysTool } from './todays-tools.ts';

interface RecordedRequests {
  readonly transcript: Iterable<TranscriptEvent>;
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

/**
 * What is wrong with today's tools in the requests that were recorded: the last of each recording, with today's tools in
 * place of the client's own. Said once where several requests have it.
 */
export function lintTodaysTools(
  today: readonly TodaysTool[],
  recordings: readonly RecordedRequests[],
): LintFinding[] {
  const own = today.map(({ source }) => source);
  const alone = lintTools(own);
  const inRequests = recordings.flatMap(({ transcript, headers }) => {
    const { tools, tool_choice } = lastRequest(transcript);
    const others = Array.isArray(tools) ? tools.filter((tool) => !isOwnTool(tool)) : [];
    return lintTools({ tools: [...own, ...others], tool_choice }, { headers });
  });
  const findings = [...alone, ...inRequests];
  return [...new Map(findings.map((each) => [`${each.rule} ${each.message}`, each])).values()];
}

function lastRequest(transcript: Iterable<TranscriptEvent>): Record<string, unknown> {
  const bodies = [...transcript].map((event) =>
    event.type === 'request.received' ? event.body : undefined,
  );
  return bodies.filter(isJsonObject).findLast(({ tools }) => Array.isArray(tools)) ?? {};
}

function isOwnTool(tool: unknown): boolean {
  return isJsonObject(tool) && (tool['type'] ?? 'custom') === 'custom';
}
