import type { ToolResultBlockParam } from '../protocol/block-params.ts';
import type { Caller } from '../protocol/blocks.ts';
import type { ApiError } from '../protocol/errors.ts';
import type { Fidelity } from '../protocol/fidelity.ts';
import type { Message } from '../protocol/message.ts';
import { containerId, type MessageRequest } from '../protocol/request.ts';
import type { RuleId } from '../protocol/requirements.ts';
import type { CallAnswer, CellOutcome, SandboxContainer } from '../protocol/sandbox.ts';
import type { Script } from '../protocol/script.ts';
import type { SessionView } from '../protocol/session-view.ts';
import type { DirectCall, Step } from '../protocol/step.ts';
import type { FollowedSchedule } from '../schedule/follow-schedule.ts';
import type { VirtualClock } from '../transcript/clock.ts';
import type { EventInput } from '../transcript/events.ts';
import type { IdSource } from '../transcript/ids.ts';
import { attach, attachedFiles } from './attachments.ts';
import type { WaitingCell } from './cells.ts';
import { refusal } from './checks/check.ts';
import { blocksOf, unfinishedUses } from './checks/history.ts';
import type { SessionContainers } from './containers.ts';
import type { CaptureFiles, FileStore, StoredFile } from './files.ts';
import type { Note } from './note.ts';
import {
  cellAbandoned,
  checkWaitingCell,
  containerRequired,
  type PendingCall,
  prefill,
  repliesTo,
  replyText,
  sendsBack,
  staleReply,
} from './replies.ts';
import { userText } from './user-text.ts';
import { createServerTools, type ServerTools } from './server-tools.ts';
import { type Ending, finishResponse, type Reply, type ResponseDraft } from './response-draft.ts';

export interface TurnPlayerOptions {
  readonly script: Script;
  readonly view: SessionView;
  readonly clock: VirtualClock;
  readonly ids: IdSource;
  readonly containers: SessionContainers;
  readonly capture: CaptureFiles;
  readonly files: FileStore;
  readonly fidelity: Fidelity;
  /** Rules that are not enforced. */
  readonly ignoredRules: ReadonlySet<string>;
  readonly schedule: FollowedSchedule;
  readonly record: (event: EventInput) => void;
  /** Records a finding about the request being answered. */
  readonly note: (note: Note) => void;
}

/** Plays the script's turns, one response at a time: from a request to the next pause or the end of the turn. */
export interface TurnPlayer {
  /** The calls the client has not answered yet, in the order they were made. */
  pending(): Iterable<PendingCall>;
  /** The calls that a request answers: all that are pending, or none. */
  answeredBy(request: MessageRequest): readonly PendingCall[];
  /** The container that a request names is gone, or another with nothing in it. A cell that waited there is gone too. */
  loseContainer(request: MessageRequest, as: 'expired' | 'replaced'): Promise<void>;
  /** Throws an `ApiError` for a request the API refuses; nothing has changed then. */
  play(request: MessageRequest): Promise<Reply>;
}

export function createTurnPlayer(options: TurnPlayerOptions): TurnPlayer {
  const { script, view, clock, ids, containers, files, fidelity, schedule, record, note } = options;
  const { ignoredRules } = options;
  const pending = new Map<string, PendingCall>();
  /** Made at their first use: most turns only speak. */
  let tools: ServerTools | undefined;
  /** The response that ended with `pause_turn`, until it comes back. */
  let paused: Message | undefined;

  return {
    pending: () => pending.values(),
    answeredBy: (request) => (answersIn(request) ? [...pending.values()] : []),
    async loseContainer(request, as) {
      const id = containerId(request);
      if (id === undefined) return;
      const isWaitedIn = tools?.waiting()?.container.id === id;
      if (isWaitedIn) {
        pending.clear();
        tools?.abandon();
      }
      // Nothing can stand in for a container whose cell waits: the answers have nowhere to go.
      await containers.lose(id, isWaitedIn ? 'expired' : as);
    },
    async play(request) {
      const id = containerId(request);
      const container = id === undefined ? undefined : containers.find(id);
      const draft: ResponseDraft = {
        request,
        content: [],
        container,
        sampled: false,
        web: { web_search: 0, web_fetch: 0 },
      };
      if ((await goOn(draft)) === 'paused') return finish(draft, { stop_reason: 'tool_use' });
      for (;;) {
        if (draft.content.length > 0 && schedule.pausesBefore(stepsPlayed(view) + 1)) {
          record({ type: 'turn.paused', step: (view.turns.at(-1)?.steps ?? 0) - 1 });
          return finish(draft, { stop_reason: 'pause_turn' });
        }
        const step = await script.next(view);
        draft.sampled = true;
        const ending = await playStep(step, view.turns.at(-1)?.steps ?? 0, draft);
        if (ending) return finish(draft, ending);
      }
    },
  };

  function serverTools(): ServerTools {
    return (tools ??= createServerTools({ ...options, pending, createContainer }));
  }

  /** Takes up what the session waits for, or begins a turn. */
  async function goOn(draft: ResponseDraft): Promise<CellOutcome['state']> {
    const { request } = draft;
    const replies = answersIn(request);
    if (replies) {
      const waiting = tools?.waiting();
      if (waiting) refuse(checkWaitingCell(request, waiting.id, pending));
      if (waiting && !draft.container) refuse(containerRequired());
      const answers = takeReplies(replies);
      return waiting ? serverTools().resume(answers, draft) : serverTools().run(draft);
    }
    if (request.messages.at(-1)?.role === 'assistant') {
      if (paused && sendsBack(request, paused)) {
        const isPending = unfinishedUses(request.messages).length > 0;
        if (paused.container && isPending && !draft.container) refuse(containerRequired());
        paused = undefined;
        return serverTools().run(draft);
      }
      // A started server tool last is a paused turn too, if not one this session knows: the API would go on with it.
      if (unfinishedUses(request.messages).length === 0) {
        throw prefill(request.messages.length - 1);
      }
    }
    await startTurn(draft);
    return 'finished';
  }

  function answersIn(request: MessageRequest): ToolResultBlockParam[] | undefined {
    return repliesTo(request, pending, {
      partly: ignoredRules.has('reply.missing' satisfies RuleId),
    });
  }

  function refuse(error: ApiError | undefined): void {
    if (error && !ignoredRules.has(error.broken?.rule ?? '')) throw error;
  }

  function takeReplies(replies: readonly ToolResultBlockParam[]): CallAnswer[] {
    const answers: CallAnswer[] = [];
    for (const { id, key } of pending.values()) {
      const reply = replies.find(({ tool_use_id }) => tool_use_id === id);
      const content = reply ? replyText(reply) : '';
      const is_error = reply?.is_error ?? false;
      record({ type: 'call.answered', call: id, content, is_error });
      const raise = is_error && fidelity.toolErrors === 'raised';
      if (key !== undefined) answers.push({ key, content, raise });
    }
    pending.clear();
    return answers;
  }

  /** Puts the files that came with the request into the container. */
  async function attachFiles(draft: ResponseDraft, attached: readonly StoredFile[]): Promise<void> {
    if (attached.length === 0) return;
    const container = (draft.container ??= await createContainer());
    await attach(container, attached, clock.now);
    for (const { id: file } of attached) {
      record({ type: 'file.attached', file, container: container.id });
    }
  }

  async function startTurn(draft: ResponseDraft): Promise<void> {
    const { request } = draft;
    if (blocksOf(request.messages.at(-1)!).some((block) => block.type === 'tool_result')) {
      throw staleReply(request.messages.length - 1);
    }
    const attached = attachedFiles(request, files);
    const user = userText(request);
    const answer = await script.answer(user, view, request);
    if ('unexpected' in answer) {
      throw refusal('script.unexpected', {
        reason: `callsheet: ${answer.unexpected}`,
        fix: 'Send the message the script expects next, or add a turn that answers this one.',
      });
    }
    pending.clear();
    paused = undefined;
    const waiting = tools?.waiting();
    tools?.abandon();
    if (waiting) await endAbandoned(waiting, draft);
    record({ type: 'turn.started', turn: view.turns.length, scripted: answer.turn, user });
    await attachFiles(draft, attached);
  }

  /** The user goes on without answering a cell. Nothing can run in its container any more. */
  async function endAbandoned(waiting: WaitingCell, draft: ResponseDraft): Promise<void> {
    note(cellAbandoned(waiting.id));
    if (draft.container === waiting.container) draft.container = undefined;
    await containers.end(waiting.container.id);
  }

  /** Plays one step into the response. Returns how the response ends, if it does. */
  async function playStep(
    step: Step,
    index: number,
    draft: ResponseDraft,
  ): Promise<Ending | undefined> {
    switch (step.type) {
      case 'text':
        record({ type: 'text.written', step: index, text: step.text });
        draft.content.push({ type: 'text', text: step.text });
        return undefined;
      case 'thinking': {
        const { thinking, signature = ids('signature') } = step;
        record({ type: 'thinking.written', step: index, thinking });
        draft.content.push({ type: 'thinking', thinking, signature });
        return undefined;
      }
      case 'code_execution':
      case 'bash_code_execution':
      case 'text_editor_code_execution':
        serverTools().start(step, index, draft);
        return whenPaused(await serverTools().run(draft));
      case 'parallel':
        for (const use of step.uses) serverTools().start(use, index, draft);
        if (step.calls?.length) return makeDirectCalls(step.calls, index, draft);
        return whenPaused(await serverTools().run(draft));
      case 'tool_use':
        return makeDirectCalls(step.calls, index, draft);
      case 'pause_turn':
        for (const use of step.uses ?? []) serverTools().start(use, index, draft);
        record({ type: 'turn.paused', step: index });
        return { stop_reason: 'pause_turn' };
      case 'stop': {
        const { stop_reason, stop_sequence, stop_details } = step;
        record({ type: 'turn.finished', turn: view.turns.length - 1, stop_reason });
        return {
          stop_reason,
          ...(stop_sequence && { stop_sequence }),
          ...(stop_details && { stop_details }),
        };
      }
      default:
        throw unknownStep(step);
    }
  }

  function makeDirectCalls(
    calls: readonly DirectCall[],
    step: number,
    draft: ResponseDraft,
  ): Ending {
    const caller: Caller = { type: 'direct' };
    for (const { name, input } of calls) {
      const id = ids('toolUse');
      record({ type: 'call.made', step, call: id, name, input, caller });
      const takes = schedule.call(name, script.takes?.(name, view));
      pending.set(id, { id, name, input, takes });
      const shown = fidelity.callerField === 'known' && { caller };
      draft.content.push({ type: 'tool_use', id, name, input, ...shown });
    }
    return { stop_reason: 'tool_use' };
  }

  async function createContainer(): Promise<SandboxContainer> {
    const container = await containers.create(ids('container'));
    record({ type: 'container.created', container: container.id });
    return container;
  }

  function finish(draft: ResponseDraft, ending: Ending): Reply {
    const waiting = tools?.waiting();
    const state = waiting ? 'paused' : 'idle';
    const completes = !waiting && draft.content[0]?.type === 'code_execution_tool_result';
    const named = completes && !fidelity.containerOnCompletion ? undefined : draft.container;
    const container = named && containers.describe(named, state);
    const reply = finishResponse(draft, ending, { id: ids('message'), container, fidelity });
    if (ending.stop_reason === 'pause_turn') paused = reply.message;
    return reply;
  }
}

/** Scripts in JavaScript may give anything. */
function unknownStep(step: never): Error {
  const type: unknown = Reflect.get(Object(step), 'type');
  return new Error(`The script gave a step of the unknown type ${JSON.stringify(type)}.`);
}

/** Steps of the script played so far, in all turns. */
function stepsPlayed({ turns }: SessionView): number {
  return turns.reduce((sum, { steps }) => sum + steps, 0);
}

function whenPaused(state: CellOutcome['state']): Ending | undefined {
  return state === 'paused' ? { stop_reason: 'tool_use' } : undefined;
}
