import { isDeepStrictEqual } from 'node:util';
import { TextEditorCommand } from '../../protocol/container-tools.ts';
import type { TranscriptEvent } from '../../transcript/events.ts';
import type { StepData } from '../data/step-data.ts';
import { type EndedUse, said, type Said, usesOf } from './outcomes.ts';

/** Where a recording does not say what the user did. */
export const UNKNOWN_USER = '(not recorded)';

/** A recorded turn. */
export interface RecordedTurn {
  readonly user: string;
  readonly claude: readonly StepData[];
}

/**
 * The turns of a recorded session. `here` is the same session played by a fake: where something ended otherwise there, no
 * more is said of it than that, and `remark` is told.
 */
export function recordedTurns(
  events: readonly TranscriptEvent[],
  here?: readonly TranscriptEvent[],
  remark: (what: string) => void = () => {},
): RecordedTurn[] {
  const turns: { readonly user: string; readonly claude: StepData[] }[] = [];
  const uses = usesOf(events);
  const usesHere = here && usesOf(here);
  let made = 0;
  for (const event of events) {
    if (event.type === 'turn.started') {
      turns.push({ user: event.user.trim() === '' ? UNKNOWN_USER : event.user, claude: [] });
    } else if (event.type === 'cell.started' || event.type === 'command.started') {
      const index = made++;
      const use = uses[index]!;
      const step = useStep(use, outcomeOf(use, usesHere?.[index], remark));
      if (step) turns.at(-1)?.claude.push(step);
      else remark(`${use.name}: a scenario has none of its kind`);
    } else {
      addTold(event, turns.at(-1)?.claude ?? []);
    }
  }
  // Nothing is left of a turn in which Claude did what no scenario can say.
  return turns.filter(({ claude }) => claude.length > 0);
}

/** Adds what Claude says, calls and stops with. */
function addTold(event: TranscriptEvent, claude: StepData[]): void {
  if (event.type === 'text.written' && event.text !== '') claude.push({ says: event.text });
  if (event.type === 'thinking.written' && event.thinking !== '') {
    claude.push({ thinks: event.thinking });
  }
  if (event.type === 'turn.paused') claude.push({ pauses: true });
  if (event.type === 'call.made' && event.caller.type === 'direct') {
    const { name: call, input } = event;
    const last = claude.at(-1);
    // Calls that follow each other were made in one response: answers come between it and the next.
    if (last && 'calls' in last) claude.splice(-1, 1, { calls: [...last.calls, { call, input }] });
    else claude.push({ calls: [{ call, input }] });
  }
  if (event.type === 'turn.finished' && event.stop_reason !== 'end_turn') {
    const { stop_reason: stops } = event;
    if (stops !== 'tool_use' && stops !== 'pause_turn') claude.push({ stops });
  }
}

function useStep({ use }: EndedUse, outcome: Said): StepData | undefined {
  if (use.type === 'cell.started') return { runs: use.code, ...outcome };
  const { raises: _, ...ends } = outcome;
  const { command } = use.input;
  if (use.tool === 'bash_code_execution') {
    return typeof command === 'string' ? { bash: command, ...ends } : undefined;
  }
  const { data: edit } = TextEditorCommand.safeParse(use.input);
  const { error_code } = ends;
  return edit && { edit, ...(error_code && { error_code }) };
}

/** What is said of an end: what was recorded, or where that is not what happens here, only whether it fails. */
function outcomeOf(
  recorded: EndedUse,
  here: EndedUse | undefined,
  remark: (what: string) => void,
): Said {
  const expected = said(recorded);
  if (!here?.result) return expected;
  const actual = said(here);
  if (isDeepStrictEqual(expected, actual)) return expected;
  const return_code = 'return_code' in here.result ? here.result.return_code : 0;
  if (return_code !== 0) {
    const failure = actual.raises ?? `return code ${return_code}`;
    remark(`how ${recorded.name} ended: here it fails with ${failure}`);
    return { return_code };
  }
  if (recorded.result) remark(`how ${recorded.name} ended: here it ends otherwise`);
  return {};
}
