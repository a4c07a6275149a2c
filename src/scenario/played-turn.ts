import type {
  CallView,
  CellView,
  CommandView,
  SessionView,
  TurnView,
} from '../protocol/session-view.ts';

/** A turn while it is being played: what a function in a scenario may look at. */
export class PlayedTurn {
  /** What the user said. */
  readonly user: string;
  /** Text Claude wrote so far, one entry a step. */
  readonly texts: readonly string[];
  readonly cells: readonly CellView[];
  /** What Claude did with the bash and the text editor tool so far. */
  readonly commands: readonly CommandView[];
  /** Direct calls so far. */
  readonly calls: readonly CallView[];
  /** What the agent answered so far in this turn, to calls of Claude and of its code. */
  readonly answers: readonly AnsweredCall[];
  /** Everything so far, earlier turns included. */
  readonly session: SessionView;

  /** The view of a session's last turn that a scenario's functions get. */
  constructor(turn: TurnView, session: SessionView) {
    this.user = turn.user;
    this.texts = turn.texts;
    this.cells = turn.cells;
    this.commands = turn.commands;
    this.calls = turn.calls;
    this.answers = answersOf(turn);
    this.session = session;
  }

  /** The answer that came last, to any tool or to this one. Throws when there is none in this turn. */
  readonly lastAnswer = (tool?: string): string => {
    const answer = this.answers.findLast(({ name }) => tool === undefined || name === tool);
    if (answer) return answer.content;
    const what = tool === undefined ? 'any call' : `a call of ${tool}`;
    throw new Error(`"lastAnswer" was read before ${what} was answered in this turn.`);
  };

  /** The cell that ended last, in this turn or an earlier one. Throws when none has. */
  get lastCell(): FinishedCell {
    return lastCell(this.session);
  }
}

/** A call and what it was answered. */
export interface AnsweredCall {
  readonly name: string;
  readonly input: Readonly<Record<string, unknown>>;
  readonly content: string;
  readonly is_error: boolean;
}

/** A cell that has ended, and what it printed. */
export interface FinishedCell {
  readonly code: string;
  readonly calls: readonly CallView[];
  readonly stdout: string;
  readonly stderr: string;
  readonly return_code: number;
}

/** The view as it was when so many of the turn's steps had been played; `texts` of them wrote text. */
export function playedTurnAt(
  turn: TurnView,
  session: SessionView,
  played: { readonly steps: number; readonly texts: number },
): PlayedTurn {
  const before = (each: { readonly step: number }): boolean => each.step < played.steps;
  const then: TurnView = {
    ...turn,
    steps: played.steps,
    texts: turn.texts.slice(0, played.texts),
    cells: turn.cells.filter(before),
    commands: turn.commands.filter(before),
    calls: turn.calls.filter(before),
  };
  return new PlayedTurn(then, { ...session, turns: [...session.turns.slice(0, -1), then] });
}

function answersOf({ cells, calls }: TurnView): AnsweredCall[] {
  return [...calls, ...cells.flatMap((cell) => cell.calls)]
    .toSorted((a, b) => a.step - b.step)
    .flatMap(({ name, input, answer }) => (answer ? [{ name, input, ...answer }] : []));
}

function lastCell(session: SessionView): FinishedCell {
  const cell = session.turns.flatMap((turn) => turn.cells).findLast(({ result }) => result);
  if (!cell?.result) throw new Error('"lastCell" was read before any cell had run.');
  const { stdout, stderr, return_code } = cell.result;
  return { code: cell.code, calls: cell.calls, stdout, stderr, return_code };
}
