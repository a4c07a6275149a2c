import type {
  CallView,
  CellView,
  CommandView,
  SessionView,
  TurnView,
} from '../protocol/session-view.ts';
import type { TranscriptEvent } from './events.ts';

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };
type MutableCall = Mutable<CallView>;
type MutableCell = Mutable<CellView>;
type MutableCommand = Mutable<CommandView>;
type MutableTurn = Mutable<TurnView>;

/** What a session has so far, by ids. */
interface Found {
  readonly cells: Map<string, MutableCell>;
  readonly commands: Map<string, MutableCommand>;
  readonly calls: Map<string, MutableCall>;
}

/**
 * What lists begin as. They are replaced and not pushed to: an array that grows keeps room for 16 more, and most lists of a
 * load test stay empty.
 */
const NONE: readonly never[] = [];

/** The state of one session, kept up to date event by event. */
export class SessionFold {
  readonly #view: { readonly key: string; now: number; turns: readonly MutableTurn[] };
  /** Made when there is something to find: in most sessions of a load test Claude only speaks. */
  #found: Found | undefined;

  /** The state before the first event. */
  constructor(key: string) {
    this.#view = { key, now: 0, turns: NONE };
  }

  get view(): SessionView {
    return this.#view;
  }

  apply(event: TranscriptEvent): void {
    this.#view.now = event.at;
    if ('step' in event && event.step !== undefined) this.#turn.steps = event.step + 1;
    switch (event.type) {
      case 'turn.started': {
        const { scripted, user } = event;
        const turn = {
          scripted,
          user,
          steps: 0,
          texts: NONE,
          cells: NONE,
          commands: NONE,
          calls: NONE,
        };
        this.#view.turns = this.#view.turns.concat(turn);
        break;
      }
      case 'text.written':
        this.#turn.texts = this.#turn.texts.concat(event.text);
        break;
      case 'cell.started': {
        const { cell: id, step, code, container } = event;
        const cell = { id, step, code, container, calls: NONE };
        this.#parts.cells.set(id, cell);
        this.#turn.cells = this.#turn.cells.concat(cell);
        break;
      }
      case 'cell.finished': {
        const cell = this.#parts.cells.get(event.cell);
        if (!cell) break;
        if (event.result.type === 'code_execution_result') cell.result = event.result;
        else cell.error = event.result.error_code;
        break;
      }
      case 'command.started': {
        const { command: id, step, tool, input, container } = event;
        const command = { id, step, tool, input, container };
        this.#parts.commands.set(id, command);
        this.#turn.commands = this.#turn.commands.concat(command);
        break;
      }
      case 'command.finished': {
        const command = this.#parts.commands.get(event.command);
        if (command) command.result = event.result;
        break;
      }
      case 'call.made': {
        const { call: id, name, input, line, caller } = event;
        const cell = caller.type === 'direct' ? undefined : this.#parts.cells.get(caller.tool_id);
        const call = { id, step: event.step ?? cell?.step ?? 0, name, input, line };
        this.#parts.calls.set(id, call);
        const owner = caller.type === 'direct' ? this.#turn : cell;
        if (owner) owner.calls = owner.calls.concat(call);
        break;
      }
      case 'call.answered': {
        const call = this.#parts.calls.get(event.call);
        if (call) call.answer = { content: event.content, is_error: event.is_error };
        break;
      }
    }
  }

  get #parts(): Found {
    return (this.#found ??= { cells: new Map(), commands: new Map(), calls: new Map() });
  }

  /** The turn being played. */
  get #turn(): MutableTurn {
    const turn = this.#view.turns.at(-1);
    if (turn) return turn;
    throw new Error(`Session "${this.#view.key}" has an event before its first turn.`);
  }
}

/** The state of every session in a transcript, in the order the sessions began. */
export function foldSessions(transcript: Iterable<TranscriptEvent>): SessionView[] {
  const folds = new Map<string, SessionFold>();
  for (const event of transcript) {
    let fold = folds.get(event.session);
    if (!fold) folds.set(event.session, (fold = new SessionFold(event.session)));
    fold.apply(event);
  }
  return [...folds.values()].map((fold) => fold.view);
}
