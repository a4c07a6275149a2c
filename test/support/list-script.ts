import type { Script } from '../../src/protocol/script.ts';
import type { Step } from '../../src/protocol/step.ts';

/** A script of turns that answer whatever the user says, each a list of steps. */
export function createListScript(...turns: Step[][]): Script {
  return {
    answer: (_message, session) =>
      session.turns.length < turns.length
        ? { turn: String(session.turns.length) }
        : { unexpected: `the script has only ${turns.length} turns` },
    next: ({ turns: played }) => {
      const turn = played.at(-1);
      return (
        turns[Number(turn?.scripted)]?.[turn?.steps ?? 0] ?? {
          type: 'stop',
          stop_reason: 'end_turn',
        }
      );
    },
  };
}
