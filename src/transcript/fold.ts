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
type MutableCell = Mutable<Omit<CellView, 'calls'>> & { calls: MutableCall[] };
type MutableCommand = Mutable<CommandView>;
type MutableTurn = Mutable<Omit<TurnView, 'texts' | 'cells' | 'commands' | 'calls'>> & {
  texts: string[];
  cells: MutableCell[];
  commands: MutableCommand[];
  calls: MutableCall[];
};

/** The state of one session, kept up to date event by event. */
export interface SessionFold {
  readonly view: SessionView;
  readonly apply: (event: TranscriptEvent) => void;
}

/** Starts the fold of one session: the state before its first event. */
export function createSessionFold(key: string): SessionFold {
  const turns: MutableTurn[] = [];
  const cells = new Map<string, MutableCell>();
  const commands = new Map<string, MutableCommand>();
  const calls = new Map<string, MutableCall>();
  const view = { key, now: 0, turns };

  function currentTurn(): MutableTurn {
    const turn = turns.at(-1);
    if (turn === undefined) throw new Error(`Session "${key}" has an event before its first turn.`);
    return turn;
  }

  return {
    view,
    apply(event) {
      view.now = event.at;
      if ('step' in event && event.step !== undefined) currentTurn().steps = event.step + 1;
      switch (event.type) {
        case 'turn.started': {
          const { scripted, user } = event;
          turns.push({ scripted, user, steps: 0, texts: [], cells: [], commands: [], calls: [] });
          break;
        }
        case 'text.written':
          currentTurn().texts.push(event.text);
          break;
        case 'cell.started': {
          const cell = {
            id: event.cell,
            step: event.step,
            code: event.code,
            container: event.container,
            calls: [],
          };
          cells.set(cell.id, cell);
          currentTurn().cells.push(cell);
          break;
        }
        case 'command.started': {
          const { command: id, step, tool, input, container } = event;
          const command = { id, step, tool, input, container };
          commands.set(id, command);
          currentTurn().commands.push(command);
          break;
        }
        case 'command.finished': {
          const command = commands.get(event.command);
          if (command) command.result = event.result;
          break;
        }
        case 'call.made': {
          const { call: id, name, input, line, caller } = event;
          const cell = caller.type === 'direct' ? undefined : cells.get(caller.tool_id);
          const call = { id, step: event.step ?? cell?.step ?? 0, name, input, line };
          calls.set(id, call);
          const owner = caller.type === 'direct' ? currentTurn() : cell;
          owner?.calls.push(call);
          break;
        }
        case 'call.answered': {
          const call = calls.get(event.call);
          if (call) call.answer = { content: event.content, is_error: event.is_error };
          break;
        }
        case 'cell.finished': {
          const cell = cells.get(event.cell);
          if (cell) {
            if (event.result.type === 'code_execution_result') cell.result = event.result;
            else cell.error = event.result.error_code;
          }
          break;
        }
      }
    },
  };
}

/** The state of every session in a transcript, in the order the sessions began. */
export function foldSessions(transcript: Iterable<TranscriptEvent>): SessionView[] {
  const folds = new Map<string, SessionFold>();
  for (const event of transcript) {
    let fold = folds.get(event.session);
    if (!fold) folds.set(event.session, (fold = createSessionFold(event.session)));
    fold.apply(event);
  }
  return [...folds.values()].map((fold) => fold.view);
}
