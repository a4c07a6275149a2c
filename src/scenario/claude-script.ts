import type { TextEditorCommand } from '../protocol/container-tools.ts';
import type { TurnData } from './data/scenario-data.ts';
import type {
  Condition,
  EditData,
  Outcome,
  RunsData,
  StopsData,
  TextFrom,
} from './data/step-data.ts';
import type { AnyInputs, MadeCall, ToolInputs } from './tool-types.ts';
import type { UserPredicate } from './user-message.ts';

/** What the user is expected to say: this text, what this pattern matches, or what a predicate agrees to. */
export type UserMessage = string | RegExp | UserPredicate;

/** More about a user message. */
export interface UserOptions {
  /** What the reference client says. Default: the text that is expected. */
  readonly user?: string | undefined;
  /** Which of the conversation's user messages it has to be, from 1. Default: any. */
  readonly position?: number | undefined;
}

/** Says what Claude does in a conversation, user message by user message. */
export interface ConversationScript<Inputs extends ToolInputs = AnyInputs> {
  /**
   * Adds a turn, played when the user says this: a text must be the same but for white space around it, a pattern must
   * match, a predicate must agree, and without any of them any message will do. Turns are played in order.
   */
  onUser(expected?: UserMessage, options?: UserOptions): TurnScript<Inputs>;
}

/** How a conversation is told from the others. */
export interface ConversationOptions extends Pick<UserOptions, 'user'> {
  /** How messages call it. Default: `conversation 1` for the first. */
  readonly name?: string | undefined;
  /** What its system prompt has to be. Default: anything. */
  readonly system?: string | RegExp | undefined;
  /** It may be left out. Default: false. */
  readonly optional?: boolean | undefined;
}

/** Says what Claude does: in one conversation, or in several. */
export interface ClaudeScript<
  Inputs extends ToolInputs = AnyInputs,
> extends ConversationScript<Inputs> {
  /**
   * Adds a conversation of its own, with turns of its own: for an agent that holds several. It is held when the first
   * user message is this, and that of its first turn. Conversations are tried in order, before the turns outside of them.
   */
  conversation(first?: UserMessage, options?: ConversationOptions): ConversationScript<Inputs>;
  /** What Claude does when the user says what no turn expects, as often as that happens. Default: the request fails. */
  otherwise(): StepsScript<Inputs>;
}

/** What Claude uses in one response, all at once. */
export interface UsesScript<Inputs extends ToolInputs = AnyInputs> {
  /** Claude runs a cell. The turn goes on when it has ended. */
  runs(code: string | TextFrom, expected?: Omit<RunsData, 'runs'>): this;
  /** Claude runs a shell command in its container. The turn goes on when it has ended. Needs `just-bash` to be installed. */
  runsBash(command: string | TextFrom, expected?: Outcome): this;
  /** Claude views, creates or changes a file in its container. */
  edits(command: TextEditorCommand, expected?: Omit<EditData, 'edit'>): this;
  /** Claude calls tools itself, all in one response. The turn goes on when all are answered. */
  calls<Name extends keyof Inputs & string>(name: Name, input?: Inputs[Name]): this;
  calls(...calls: readonly [MadeCall<Inputs>, ...MadeCall<Inputs>[]]): this;
}

/** What Claude does, in order. */
export interface StepsScript<Inputs extends ToolInputs = AnyInputs> extends UsesScript<Inputs> {
  /** Claude writes text. A function gets the turn so far. */
  says(text: string | TextFrom): this;
  /** Claude thinks. `signature` is what the client has to send back. Default: made from the session's ids. */
  thinks(text: string | TextFrom, options?: { readonly signature?: string }): this;
  /** Claude uses its container and calls tools several times at once, all in one response. */
  together(write: (claude: UsesScript<Inputs>) => void): this;
  /**
   * The response ends with `pause_turn`: the client sends it back, and the turn goes on. What `write` says is started in
   * it but not yet run.
   */
  pauses(write?: (claude: Omit<UsesScript<Inputs>, 'calls'>) => void): this;
  /** The turn ends here, for this reason. */
  stops(reason: StopsData['stops'], details?: Omit<StopsData, 'stops'>): this;
  /**
   * A branch: when Claude gets here and the condition holds, it goes on with what `then` says, otherwise with what
   * `otherwise` says or with the step after.
   */
  when(
    condition: Condition,
    then: (claude: StepsScript<Inputs>) => void,
    otherwise?: (claude: StepsScript<Inputs>) => void,
  ): this;
}

/** What Claude does in one turn, in order. */
export interface TurnScript<Inputs extends ToolInputs = AnyInputs> extends StepsScript<Inputs> {
  /** The user may leave this turn out. */
  optional(): this;
}

/** What a script says so far. The schema checks it when it is complete. */
export interface ScriptDraft {
  readonly turns: object[];
  readonly conversations: object[];
  otherwise?: object[];
}

/** Makes the object that writes into a draft. */
export function claudeScript<Inputs extends ToolInputs>(draft: ScriptDraft): ClaudeScript<Inputs> {
  return {
    ...conversationScript(draft.turns),
    conversation(first, { name, user, system, optional } = {}) {
      const turns: object[] = [];
      draft.conversations.push({
        conversation: name ?? `conversation ${draft.conversations.length + 1}`,
        ...messageOf(first, user),
        ...(system !== undefined && { system: String(system) }),
        ...(optional && { optional }),
        turns,
      });
      return conversationScript(turns);
    },
    otherwise: () => stepsScript((draft.otherwise ??= [])),
  };
}

function conversationScript<Inputs extends ToolInputs>(
  turns: object[],
): ConversationScript<Inputs> {
  return {
    onUser(expected, { user, position } = {}) {
      const turn = {
        ...messageOf(expected, user),
        ...(position !== undefined && { position }),
        claude: [],
      };
      turns.push(turn);
      const self: TurnScript<Inputs> = Object.assign(stepsScript<Inputs>(turn.claude), {
        optional(): TurnScript<Inputs> {
          Object.assign(turn, { optional: true });
          return self;
        },
      });
      return self;
    },
  };
}

function messageOf(
  expected: UserMessage | undefined,
  user: string | undefined,
): Pick<TurnData, 'user' | 'match'> {
  const text = user ?? (typeof expected === 'string' ? expected : undefined);
  const match = expected instanceof RegExp ? String(expected) : expected;
  return {
    ...(text !== undefined && { user: text }),
    ...(match !== undefined && match !== expected && { match }),
    ...(typeof match === 'function' && { match }),
  };
}

function stepsScript<Inputs extends ToolInputs>(steps: object[]): StepsScript<Inputs> {
  const add = (step: object): StepsScript<Inputs> => {
    steps.push(step);
    return self;
  };
  const inside = (write: (claude: StepsScript<Inputs>) => void): object[] => {
    const inner: object[] = [];
    write(stepsScript(inner));
    return inner;
  };
  const self: StepsScript<Inputs> = {
    says: (text) => add({ says: text }),
    thinks: (text, options) => add({ thinks: text, ...options }),
    runs: (code, expected) => add({ runs: code, ...expected }),
    runsBash: (command, expected) => add({ bash: command, ...expected }),
    edits: (command, expected) => add({ edit: command, ...expected }),
    calls: (...given: readonly unknown[]) =>
      add({ calls: typeof given[0] === 'string' ? [{ call: given[0], input: given[1] }] : given }),
    together: (write) => add({ together: inside(write) }),
    pauses: (write) => add({ pauses: write ? inside(write) : true }),
    stops: (reason, details) => add({ stops: reason, ...details }),
    when: (condition, then, otherwise) =>
      add({
        when: condition,
        do: inside(then),
        ...(otherwise && { otherwise: inside(otherwise) }),
      }),
  };
  return self;
}
