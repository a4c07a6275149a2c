import type { Script } from '../protocol/script.ts';
import type { SessionView, TurnView } from '../protocol/session-view.ts';
import type { Step } from '../protocol/step.ts';
import { PlayedTurn } from './played-turn.ts';

/**
 * Says what Claude does in one session, step by step. It is given the turn that the first user message begins; each
 * `yield` returns the turn as it is when the step has been played, and after a `stop` step the turn that the next user
 * message begins. When it ends the turn ends with `end_turn`, and no further message is expected. The user may also leave
 * a turn with a new message, so `user` may change at any call.
 */
export type WriteSteps = (turn: PlayedTurn) => AsyncGenerator<Step, void, PlayedTurn>;

/** How far the generator of a session has come. */
interface Generating {
  readonly steps: AsyncGenerator<Step, void, PlayedTurn>;
  /** The place of `step`: how many turns there were, and how many steps of the last had been played. */
  turns: number;
  played: number;
  /** The step there; undefined when the generator has ended. */
  step?: Step | undefined;
  /** What the generator threw. */
  failure?: { readonly error: unknown };
}

/**
 * A script for dynamic conversations: an `async function*` that yields steps and sees what came of them, one generator a
 * session. A message after its end is refused, and the refusal says so; what it throws is an `api_error` with its words.
 * Unlike a scenario it cannot go on with a session whose beginning it did not play.
 */
export function generatedScript(name: string, write: WriteSteps): Script {
  const sessions = new WeakMap<SessionView, Generating>();

  return {
    async answer(message, session) {
      const turns = session.turns.length + 1;
      const scripted = `turn ${turns}`;
      const turn = begunTurn(scripted, message, session);
      const generating: Generating = sessions.get(session) ?? {
        steps: write(turn),
        turns: 0,
        played: 0,
      };
      sessions.set(session, generating);
      await goOn(generating, turn, { turns, played: 0 });
      return generating.step ? { turn: scripted } : ended(message, session);
    },

    async next(session) {
      const generating = sessions.get(session);
      const turn = session.turns.at(-1);
      if (!generating || !turn) {
        throw new Error(`Script "${name}" has no generator for session "${session.key}".`);
      }
      const place = { turns: session.turns.length, played: turn.steps };
      if (generating.turns !== place.turns || generating.played !== place.played) {
        await goOn(generating, new PlayedTurn(turn, session), place);
      }
      return generating.step ?? { type: 'stop', stop_reason: 'end_turn' };
    },
  };

  function ended(message: string, { turns }: SessionView): { readonly unexpected: string } {
    const after =
      turns.length === 0 ? '' : ` after turn ${turns.length}, where its generator ended`;
    return {
      unexpected: `Script "${name}" expected no user message${after}, but the user said ${JSON.stringify(message)}.`,
    };
  }
}

/** Tells the generator what happened, and takes the step it gives for this place. */
async function goOn(
  generating: Generating,
  turn: PlayedTurn,
  place: Pick<Generating, 'turns' | 'played'>,
): Promise<void> {
  // A generator that threw says no more, but a client that tries again is to hear the same.
  if (generating.failure) throw generating.failure.error;
  try {
    const { value: step } = await generating.steps.next(turn);
    Object.assign(generating, place, { step: step ?? undefined });
  } catch (error) {
    generating.failure = { error };
    throw error;
  }
}

/** A turn of which nothing but the user message is known. */
function begunTurn(scripted: string, user: string, session: SessionView): PlayedTurn {
  const turn: TurnView = {
    scripted,
    user,
    steps: 0,
    texts: [],
    cells: [],
    commands: [],
    calls: [],
  };
  return new PlayedTurn(turn, { ...session, turns: [...session.turns, turn] });
}
