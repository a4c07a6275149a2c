import type { TranscriptEvent } from '../../transcript/events.ts';
import { foldSessions } from '../../transcript/fold.ts';
import type { Reference } from '../../transcript/reference.ts';
import { findTurn } from '../conversations.ts';
import type { ScenarioData } from '../data/scenario-data.ts';
import type { Scenario } from '../scenario.ts';
import type { Failure } from './failure.ts';

type Path = readonly PropertyKey[];

/**
 * The line and column of what a failure says is otherwise than it was written. Undefined for a scenario that did not come
 * from text, and for what is not written anywhere, such as a rule that was broken.
 */
export function whereSaid(
  failure: Failure,
  { data, source }: Scenario,
  transcript: Iterable<TranscriptEvent>,
): { readonly line: number; readonly column: number } | undefined {
  const path = pathOf(failure, data, transcript);
  return path && source?.locate(path);
}

function pathOf(
  failure: Failure,
  data: ScenarioData,
  transcript: Iterable<TranscriptEvent>,
): Path | undefined {
  switch (failure.code) {
    case 'calls.different':
      return ['expect', 'calls'];
    case 'cache.broken':
      return ['expect', 'cache_prefix'];
    case 'total.different':
      return ['expect'];
    case 'answer.missing':
      return ['tools', failure.tool];
    case 'turn.unplayed':
      return turnPathOf(failure.turn, data);
    case 'cell.printed':
    case 'cell.ended':
      return failure.cell && cellPath(failure.cell, data, transcript);
    default:
      return undefined;
  }
}

function turnPathOf(scripted: string, data: ScenarioData): Path | undefined {
  const found = findTurn(data, scripted);
  return found && [...found.conversation.path, found.index];
}

/** The step that ran a cell or a command; where branches are in its way, the turn. */
function cellPath(
  { session, id }: Reference,
  data: ScenarioData,
  transcript: Iterable<TranscriptEvent>,
): Path | undefined {
  for (const { key, turns } of foldSessions(transcript)) {
    if (key !== session) continue;
    for (const { scripted, cells, commands } of turns) {
      const made = [...cells, ...commands].find((each) => each.id === id);
      const turn = made && turnPathOf(scripted, data);
      if (!made || !turn) continue;
      const { claude = [] } = findTurn(data, scripted)?.turn ?? {};
      const hasBranch = claude.slice(0, made.step + 1).some((step) => 'when' in step);
      return hasBranch ? turn : [...turn, 'claude', made.step];
    }
  }
  return undefined;
}
