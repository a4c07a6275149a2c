import type { ConversationData, ScenarioData, TurnData } from './data/scenario-data.ts';
import { describeMessage } from './user-message.ts';

/** A conversation of a scenario: the one its `turns` are, or one of its `conversations`. */
export interface Conversation extends Omit<ConversationData, 'conversation'> {
  /** Absent for the conversation that needs no name, because `turns` of the scenario itself say it. */
  readonly name?: string | undefined;
  /** Where its turns are in the scenario. */
  readonly path: readonly PropertyKey[];
}

/** A turn of a scenario, and where it stands. */
export interface PlacedTurn {
  readonly conversation: Conversation;
  /** From 0. */
  readonly index: number;
  readonly turn: TurnData;
}

/** The name under which Claude's answer to what no turn expects appears in a transcript. */
export const OTHERWISE = 'otherwise';

/** The conversations of a scenario, in the order in which a new session is offered to them. */
export function conversationsOf(data: ScenarioData): readonly Conversation[] {
  const known = found.get(data);
  if (known) return known;
  const listed = listConversations(data);
  found.set(data, listed);
  return listed;
}

/** Each step of a script asks for them. */
const found = new WeakMap<ScenarioData, readonly Conversation[]>();

function listConversations({ turns, conversations = [] }: ScenarioData): Conversation[] {
  const named = conversations.map(({ conversation, ...rest }, i) => ({
    ...rest,
    name: conversation,
    path: ['conversations', i, 'turns'],
  }));
  return turns ? [...named, { turns, path: ['turns'] }] : named;
}

/** The name under which a scripted turn appears in a transcript: `turn 1` for the first, `title: turn 1` with a name. */
export function turnName({ name }: Conversation, index: number): string {
  return `${name === undefined ? '' : `${name}: `}turn ${index + 1}`;
}

/** The scripted turn of a name; undefined for a name no turn has. */
export function findTurn(data: ScenarioData, scripted: string): PlacedTurn | undefined {
  for (const conversation of conversationsOf(data)) {
    const index = conversation.turns.findIndex((_, i) => turnName(conversation, i) === scripted);
    const turn = conversation.turns[index];
    if (turn) return { conversation, index, turn };
  }
  return undefined;
}

/** A turn in words: `turn 2 of 3 (user: /mean/i)`. */
export function describeTurn(conversation: Conversation, index: number): string {
  const { turns, name } = conversation;
  const where = name === undefined ? '' : ` of ${JSON.stringify(name)}`;
  const { position, ...turn } = turns[index]!;
  const what =
    position === undefined
      ? describeMessage(turn)
      : `message ${position}, ${describeMessage(turn)}`;
  return `turn ${index + 1} of ${turns.length}${where} (${what})`;
}

/** The turn of a name in words. */
export function describeScripted(data: ScenarioData, scripted: string): string {
  const found = findTurn(data, scripted);
  return found ? describeTurn(found.conversation, found.index) : scripted;
}
