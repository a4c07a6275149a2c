import * as z from 'zod';
import { Caller, CodeExecutionError, CodeExecutionResult } from '../protocol/blocks.ts';
import { BashError, BashResult, TextEditorResult } from '../protocol/command-results.ts';
import { JsonObject } from '../protocol/json-object.ts';
import { Fault } from '../schedule/schedule.ts';
import { WEB_TOOLS, WebAnswer } from '../protocol/web.ts';
import { Message, StopReason } from '../protocol/message.ts';

/**
 * Everything that happens in a session, in the order it happened. Names are `noun.past-participle`; `at` is virtual
 * milliseconds since the session's epoch.
 */
const event = <Type extends string, Shape extends z.ZodRawShape>(type: Type, shape: Shape) =>
  z.object({ type: z.literal(type), session: z.string(), at: z.number(), ...shape });

/** Real time had to end something in the cell: another run may go otherwise. */
const nondeterministic = z.literal(true).optional();

/** Tokens that an agent says it used. */
export const ReportedUsage = z.object({
  input_tokens: z.number().optional(),
  output_tokens: z.number().optional(),
});

export const TranscriptEvent = z.discriminatedUnion('type', [
  event('session.started', { seed: z.string(), epoch: z.number() }),
  /** `body` is the parsed JSON, or the text when it is none. */
  event('request.received', { request: z.string(), body: z.unknown() }),
  event('turn.started', { turn: z.int(), scripted: z.string(), user: z.string() }),
  /** `step` counts the script's steps within the turn, from 0. */
  event('text.written', { step: z.int(), text: z.string() }),
  event('thinking.written', { step: z.int(), thinking: z.string() }),
  event('container.created', { container: z.string() }),
  event('cell.started', {
    step: z.int(),
    cell: z.string(),
    container: z.string(),
    code: z.string(),
  }),
  /** A call by Claude itself (`step` says by which step) or by a cell (`key` is the sandbox's name for it). */
  event('call.made', {
    step: z.int().optional(),
    call: z.string(),
    name: z.string(),
    input: JsonObject,
    caller: Caller,
    key: z.string().optional(),
    line: z.int().optional(),
  }),
  /** The code of a cell searched or fetched, and was answered by the script. */
  event('web.called', {
    call: z.string(),
    cell: z.string(),
    tool: z.enum(WEB_TOOLS),
    input: JsonObject,
    answer: WebAnswer,
  }),
  event('cell.paused', { cell: z.string(), nondeterministic }),
  event('call.answered', { call: z.string(), content: z.string(), is_error: z.boolean() }),
  event('cell.finished', {
    cell: z.string(),
    result: z.discriminatedUnion('type', [CodeExecutionResult, CodeExecutionError]),
    nondeterministic,
  }),
  /** The schedule made something go wrong. Delays show in the times of what is delayed, and nowhere else. */
  event('fault.injected', { fault: Fault }),
  /**
   * Time passed: while the client had the ball (`client`), or while the API was slow (`api`). What cells spend shows in
   * the times of their events.
   */
  event('clock.moved', { by: z.number(), cause: z.enum(['client', 'api']), nondeterministic }),
  /** What the client lets us see of itself: `api.tool` and `api.runAgent`. `call` is the one the tool answers. */
  event('tool.started', { name: z.string(), call: z.string().optional() }),
  event('tool.finished', { name: z.string(), call: z.string().optional() }),
  event('tool.failed', { name: z.string(), call: z.string().optional(), error: z.string() }),
  event('agent.started', {}),
  /** `usage`: what it returned under this name. */
  event('agent.finished', { usage: ReportedUsage.optional() }),
  event('agent.failed', { error: z.string() }),
  /** A use of the bash or the text editor tool. */
  event('command.started', {
    step: z.int(),
    command: z.string(),
    container: z.string(),
    tool: z.enum(['bash_code_execution', 'text_editor_code_execution']),
    input: JsonObject,
  }),
  event('command.finished', {
    command: z.string(),
    result: z.union([BashResult, BashError, TextEditorResult]),
    nondeterministic,
  }),
  /** A file came by the Files API. */
  event('file.uploaded', { file: z.string(), name: z.string(), data: z.string() }),
  event('file.deleted', { file: z.string() }),
  /** A file was put into `$INPUT_DIR`, because a message attached it. */
  event('file.attached', { file: z.string(), container: z.string() }),
  /** A file that a command or a cell left in its `$OUTPUT_DIR`; `data` is its bytes in base64. */
  event('file.captured', {
    file: z.string(),
    source: z.string(),
    name: z.string(),
    data: z.string(),
  }),
  /** The response ended with `pause_turn`: the client sends it back to go on. */
  event('turn.paused', { step: z.int() }),
  event('turn.finished', { turn: z.int(), stop_reason: StopReason }),
  event('response.sent', {
    request: z.string(),
    status: z.int(),
    body: z.union([Message, JsonObject]),
    /** With an error: in how many milliseconds the client was told to try again. By the virtual clock that is at once. */
    retry_after: z.number().optional(),
  }),
  /** A rule the client broke, with what it did and how to mend it. */
  event('finding', {
    rule: z.string(),
    request: z.string(),
    path: z.string().optional(),
    /** The call it is about, if it is about one. */
    call: z.string().optional(),
    message: z.string(),
    fix: z.string(),
  }),
]);

export type TranscriptEvent = z.infer<typeof TranscriptEvent>;
export type EventOf<Type extends TranscriptEvent['type']> = Extract<
  TranscriptEvent,
  { type: Type }
>;
export type Finding = EventOf<'finding'>;

/** What the client does on its side. */
export type ClientEvent = DistributiveOmit<
  | EventOf<`tool.${string}` & TranscriptEvent['type']>
  | EventOf<`agent.${string}` & TranscriptEvent['type']>,
  'session' | 'at'
>;

/** An event before its session stamps it with its key and time. */
export type EventInput = DistributiveOmit<TranscriptEvent, 'session' | 'at'>;
type DistributiveOmit<T, Key extends PropertyKey> = T extends unknown ? Omit<T, Key> : never;
