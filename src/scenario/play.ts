import type { Script, ScriptAnswer } from '../protocol/script.ts';
import type { SessionView } from '../protocol/session-view.ts';
import type { DirectCall, ServerToolStep, Step } from '../protocol/step.ts';
import { browse } from './browse.ts';
import {
  type Conversation,
  conversationsOf,
  describeScripted,
  describeTurn,
  findTurn,
  OTHERWISE,
  turnName,
} from './conversations.ts';
import type { ScenarioData } from './data/scenario-data.ts';
import type { CallsData, StepData, TextFrom, UseData } from './data/step-data.ts';
import { PlayedTurn } from './played-turn.ts';
import { type PlainStep, turnPath } from './turn-path.ts';
import { fitsConversation, fitsTurn } from './user-message.ts';

/**
 * Makes the script of a scenario. The turns of a conversation are played in order, each once; an optional one may be
 * skipped. Its functions look at nothing but the session, so the same session always goes on the same way.
 */
export function createScript(data: ScenarioData): Script {
  const { scenario, otherwise, web, tools = {} } = data;
  const conversations = conversationsOf(data);

  return {
    answer(message, session, request) {
      const context = { session, request };
      const playing = lastPlayed(data, session);
      const open = playing
        ? openTurns(playing.conversation, playing.index + 1)
        : conversations
            .filter((each) => fitsConversation(each, message, context))
            .flatMap((each) => openTurns(each, 0));
      const chosen = open.find(({ conversation, index }) =>
        fitsTurn(conversation.turns[index]!, message, context),
      );
      if (chosen) return { turn: turnName(chosen.conversation, chosen.index) };
      if (otherwise) return { turn: OTHERWISE };
      const expected = playing ? open : conversations.flatMap((each) => openTurns(each, 0));
      return unexpected(message, expected, playing?.conversation);
    },

    next(session): Step {
      const turn = session.turns.at(-1);
      if (turn === undefined) throw new Error(`Scenario "${scenario}" has no turn to go on with.`);
      try {
        const step = turnPath(stepsOf(data, turn.scripted), turn, session)[turn.steps];
        if (step === undefined) return { type: 'stop', stop_reason: 'end_turn' };
        return wireStep(step, new PlayedTurn(turn, session));
      } catch (error) {
        // What a function of the scenario throws.
        const where = `step ${turn.steps + 1} of ${describeScripted(data, turn.scripted)}`;
        const message = error instanceof Error ? error.message : String(error);
        throw new Error(`Scenario "${scenario}", ${where}: ${message}`, { cause: error });
      }
    },

    web: (call) => web && browse(web, call),

    takes: (tool) => (Object.hasOwn(tools, tool) ? tools[tool]?.takes : undefined),
  };

  function unexpected(
    message: string,
    open: readonly OpenTurn[],
    playing: Conversation | undefined,
  ): ScriptAnswer {
    const last = playing ? turnName(playing, playing.turns.length - 1) : '';
    const expected =
      open.length === 0
        ? `no user message after its last turn, ${last}`
        : open.map(({ conversation, index }) => describeTurn(conversation, index)).join(' or ');
    return {
      unexpected: `Scenario "${scenario}" expected ${expected}, but the user said ${JSON.stringify(message)}.`,
    };
  }
}

/** What Claude does in the turn of a name. Throws when no turn has it. */
export function stepsOf(data: ScenarioData, scripted: string): readonly StepData[] {
  if (scripted === OTHERWISE && data.otherwise) return data.otherwise;
  const found = findTurn(data, scripted);
  if (!found) throw new Error(`Scenario "${data.scenario}" has no turn "${scripted}".`);
  return found.turn.claude;
}

interface OpenTurn {
  readonly conversation: Conversation;
  readonly index: number;
}

/** The turn of a conversation that was played last; what no turn expected does not count. */
function lastPlayed(data: ScenarioData, { turns }: SessionView): OpenTurn | undefined {
  const last = turns.findLast(({ scripted }) => scripted !== OTHERWISE);
  if (last === undefined) return undefined;
  const found = findTurn(data, last.scripted);
  if (!found) throw new Error(`Scenario "${data.scenario}" has no turn "${last.scripted}".`);
  return found;
}

/** The turns that may come next: the optional ones from `start` on, and the first that is not. */
function openTurns(conversation: Conversation, start: number): OpenTurn[] {
  const open: OpenTurn[] = [];
  for (let index = start; index < conversation.turns.length; index++) {
    open.push({ conversation, index });
    if (conversation.turns[index]!.optional !== true) break;
  }
  return open;
}

function wireStep(step: PlainStep, turn: PlayedTurn): Step {
  if ('says' in step) return { type: 'text', text: textOf(step.says, turn) };
  if ('thinks' in step) {
    const { thinks, signature } = step;
    return { type: 'thinking', thinking: textOf(thinks, turn), signature };
  }
  if ('calls' in step) return { type: 'tool_use', calls: directCalls(step) };
  if ('together' in step) {
    const uses = step.together.filter((each): each is UseData => !('calls' in each));
    const calls = step.together.flatMap((each) => ('calls' in each ? directCalls(each) : []));
    return { type: 'parallel', uses: uses.map((use) => wireUse(use, turn)), calls };
  }
  if ('pauses' in step) {
    const uses = step.pauses === true ? [] : step.pauses;
    return { type: 'pause_turn', uses: uses.map((use) => wireUse(use, turn)) };
  }
  if ('stops' in step) {
    const { stops, stop_sequence, category = null, explanation = null } = step;
    const stop_details =
      stops === 'refusal' ? { type: 'refusal' as const, category, explanation } : undefined;
    return { type: 'stop', stop_reason: stops, stop_sequence, stop_details };
  }
  return wireUse(step, turn);
}

function wireUse(use: UseData, turn: PlayedTurn): ServerToolStep {
  if ('runs' in use) {
    const { runs, error_code } = use;
    return { type: 'code_execution', code: textOf(runs, turn), error_code };
  }
  if ('bash' in use) {
    const { bash, error_code } = use;
    return { type: 'bash_code_execution', command: textOf(bash, turn), error_code };
  }
  return { type: 'text_editor_code_execution', input: use.edit, error_code: use.error_code };
}

function directCalls({ calls }: CallsData): DirectCall[] {
  return calls.map(({ call, input }) => ({ name: call, input }));
}

function textOf(text: string | TextFrom, turn: PlayedTurn): string {
  if (typeof text === 'string') return text;
  const made: unknown = text(turn);
  if (typeof made === 'string') return made;
  throw new TypeError(`The function should have returned a text, but returned ${String(made)}.`);
}
