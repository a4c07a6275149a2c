import type { CallView, CellView, SessionView, TurnView } from '../protocol/session-view.ts';

/** A turn while it is being played: what a function in a scenario may look at. */
export interface PlayedTurn {
  /** What the user said. */
  readonly user: string;
  /** Text Claude wrote so far, one entry a step. */
  readonly texts: readonly string[];
  readonly cells: readonly CellView[];
  /** Direct calls so far. */
  readonly calls: readonly CallView[];
  /** The cell that ended last, in this turn or an earlier one. Throws when none has. */
  readonly lastCell: FinishedCell;
  /** Everything so far, earlier turns included. */
  readonly session: SessionView;
}

/** A cell that has ended, and what it printed. */
export interface FinishedCell {
  readonly code: string;
  readonly calls: readonly CallView[];
  readonly stdout: string;
  readonly stderr: string;
  readonly return_code: number;
}

/** The view of a session's last turn that a scenario's functions get. */
export function playedTurn(turn: TurnView, session: SessionView): PlayedTurn {
  const { user, texts, cells, calls } = turn;
  return {
    user,
    texts,
    cells,
    calls,
    get lastCell() {
      return lastCell(session);
    },
    session,
  };
}

function lastCell(session: SessionView): FinishedCell {
  const cell = session.turns.flatMap((turn) => turn.cells).findLast(({ result }) => result);
  if (!cell?.result) throw new Error('"lastCell" was read before any cell had run.');
  const { stdout, stderr, return_code } = cell.result;
  return { code: cell.code, calls: cell.calls, stdout, stderr, return_code };
}
