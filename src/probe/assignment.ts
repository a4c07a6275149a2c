import type { Fetch } from '../protocol/fetch.ts';
import {
  AnswerMissingError,
  createAnswers,
  possibleAnswers,
  type PossibleAnswer,
  type ToolAnswer,
} from '../scenario/client/answers.ts';
import { type ToolDefinition, toolDefinitions } from '../scenario/client/tool-definitions.ts';
import { conversationsOf } from '../scenario/conversations.ts';
import { DEFAULT_MODEL } from '../scenario/data/scenario-data.ts';
import type { Scenario } from '../scenario/scenario.ts';

/** What a client has to know to hold a conversation, as plain data: for clients in other processes. */
export interface AssignmentData {
  /** The name of the conversation. */
  readonly name: string;
  readonly model: string;
  /** What the user says, one message a turn: the next one when Claude has ended the turn before. */
  readonly prompts: readonly string[];
  /** The `tools` of every request, code execution among them. */
  readonly tools: readonly ToolDefinition[];
  /** What each tool answers: the first entry whose `input` equals the arguments, or that has none. */
  readonly answers: Readonly<Record<string, readonly PossibleAnswer[]>>;
}

/** What a client in this process gets: the conversation to hold, and whom to hold it with. */
export interface Assignment extends AssignmentData {
  /** The fake, with the signature of the global `fetch`. Any origin will do. */
  readonly fetch: Fetch;
  /** The same fake over HTTP, such as `http://127.0.0.1:41234`. */
  readonly baseURL: string;
  readonly apiKey: string;
  /** Aborts when the conversation has taken too long. */
  readonly signal: AbortSignal;
  /** Runs a tool: finds its answer. For arguments without an answer that is an error, as text. */
  readonly answer: (name: string, input: Record<string, unknown>) => ToolAnswer;
}

export function assignmentData({ name, data }: Scenario): AssignmentData {
  const { tools = {}, model = DEFAULT_MODEL } = data;
  const [conversation] = conversationsOf(data);
  return {
    name,
    model,
    prompts: (conversation?.turns ?? []).flatMap(({ user }) => user ?? []),
    tools: toolDefinitions(data),
    answers: Object.fromEntries(
      Object.entries(tools).map(([name, tool]) => [name, possibleAnswers(tool)]),
    ),
  };
}

/** Makes the assignment of a conversation from where its fake is to be found. */
export function createAssignment(
  scenario: Scenario,
  where: Pick<Assignment, 'fetch' | 'baseURL' | 'apiKey' | 'signal'>,
): Assignment {
  const answer = createAnswers(scenario.data.tools ?? {});
  return {
    ...assignmentData(scenario),
    ...where,
    answer: (name, input) => {
      try {
        return answer({ name, input });
      } catch (error) {
        // The arguments got lost on the way, say. What else the client does wrong shows only if the conversation goes on.
        if (error instanceof AnswerMissingError) return { content: error.message, is_error: true };
        throw error;
      }
    },
  };
}
