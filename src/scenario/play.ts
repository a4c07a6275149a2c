import type { Script, ScriptAnswer } from '../protocol/script.ts';
import type { Step } from '../protocol/step.ts';
import { parsePattern } from './data/pattern.ts';
import type { ScenarioData, StepData, TextFrom, TurnData } from './data/scenario-data.ts';
import { type PlayedTurn, playedTurn } from './played-turn.ts';
import { describeTurn, turnIndex, turnName } from './turn-names.ts';

/**
 * Makes the script of a scenario. Turns are played in order, each once; an optional one may be skipped. Both functions
 * look at nothing but the session, so the same session always goes on the same way.
 */
export function createScript({ scenario, turns }: ScenarioData): Script {
  return {
    answer(message, session) {
      const last = session.turns.at(-1);
      const played = last === undefined ? -1 : indexOf(last.scripted);
      const open = openTurns(turns, played + 1);
      const index = open.find((each) => fits(turns[each]!, message));
      return index === undefined ? unexpected(message, open) : { turn: turnName(index) };
    },

    next(session): Step {
      const turn = session.turns.at(-1);
      if (turn === undefined) throw new Error(`Scenario "${scenario}" has no turn to go on with.`);
      const step = turns[indexOf(turn.scripted)]!.claude[turn.steps];
      if (step === undefined) return { type: 'stop', stop_reason: 'end_turn' };
      return wireStep(step, playedTurn(turn, session));
    },
  };

  function indexOf(name: string): number {
    const index = turnIndex(name, turns);
    if (index === undefined) throw new Error(`Scenario "${scenario}" has no turn "${name}".`);
    return index;
  }

  function unexpected(message: string, open: readonly number[]): ScriptAnswer {
    const expected =
      open.length === 0
        ? `no user message after its last turn, turn ${turns.length}`
        : open.map((index) => describeTurn(index, turns)).join(' or ');
    return {
      unexpected: `Scenario "${scenario}" expected ${expected}, but the user said ${JSON.stringify(message)}.`,
    };
  }
}

/** The turns that may come next: the optional ones from `start` on, and the first that is not. */
function openTurns(turns: readonly TurnData[], start: number): number[] {
  const open: number[] = [];
  for (let index = start; index < turns.length; index++) {
    open.push(index);
    if (turns[index]!.optional !== true) break;
  }
  return open;
}

function fits({ user, match }: TurnData, message: string): boolean {
  if (match !== undefined) return parsePattern(match)?.test(message) ?? false;
  return user === undefined || user.trim() === message.trim();
}

function wireStep(step: StepData, turn: PlayedTurn): Step {
  if ('says' in step) return { type: 'text', text: textOf(step.says, turn) };
  if ('runs' in step) return { type: 'code_execution', code: textOf(step.runs, turn) };
  if ('bash' in step) return { type: 'bash_code_execution', command: textOf(step.bash, turn) };
  if ('edit' in step) return { type: 'text_editor_code_execution', input: step.edit };
  const calls = step.calls.map(({ call, input }) => ({ name: call, input }));
  return { type: 'tool_use', calls };
}

function textOf(text: string | TextFrom, turn: PlayedTurn): string {
  return typeof text === 'string' ? text : text(turn);
}
