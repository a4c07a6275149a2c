import {
  codeExecutionRevision,
  type CodeExecutionRevision,
} from '../protocol/revisions/code-execution.ts';
import { isJsonObject } from '../protocol/wire-message.ts';
import type { TranscriptEvent } from '../transcript/events.ts';
import type { RecordedCell } from './extract.ts';
import type { RerunContainerOptions } from './rerun.ts';
import { stableText } from './schema/json.ts';

/** The cells of each container, in the order in which they began. */
export function byContainer(
  cells: readonly RecordedCell[],
): (readonly [RecordedCell, ...RecordedCell[]])[] {
  const groups = new Map<string, [RecordedCell, ...RecordedCell[]]>();
  for (const cell of cells) {
    const key = stableText([cell.session, cell.container]);
    const group = groups.get(key);
    if (group) group.push(cell);
    else groups.set(key, [cell]);
  }
  return [...groups.values()];
}

/** The container in which a cell ran, as the recording shows it. */
export function placeOf(
  cell: RecordedCell,
  events: readonly TranscriptEvent[],
): RerunContainerOptions {
  const { keepsState, filesOfCells } = revisionOf(cell, events);
  return {
    epoch: epochOf(cell, events),
    fresh: !keepsState,
    outputs: filesOfCells,
  };
}

/** The version of the tool that the requests of the cell's session declare, and what that makes of cells. */
export function revisionOf(
  cell: RecordedCell,
  events: readonly TranscriptEvent[],
): CodeExecutionRevision {
  const declared = events.flatMap((event) =>
    event.type === 'request.received' && event.session === cell.session
      ? toolTypesIn(event.body)
      : [],
  );
  return codeExecutionRevision(declared);
}

function toolTypesIn(body: unknown): { type: string }[] {
  const tools: unknown = isJsonObject(body) ? body['tools'] : undefined;
  if (!Array.isArray(tools)) return [];
  return tools.flatMap((tool) =>
    isJsonObject(tool) && typeof tool['type'] === 'string' ? [{ type: tool['type'] }] : [],
  );
}

/** The date on which a cell ran: what it prints may be one. Undefined where no dates were kept. */
function epochOf(cell: RecordedCell, events: readonly TranscriptEvent[]): number | undefined {
  const own = events.filter(({ session }) => session === cell.session);
  const started = own.find((event) => event.type === 'session.started');
  const at = own.find((event) => event.type === 'cell.started' && event.cell === cell.id)?.at ?? 0;
  return started?.type === 'session.started' && started.epoch > 0 ? started.epoch + at : undefined;
}
