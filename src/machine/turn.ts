import type { ToolResultBlockParam } from '../protocol/block-params.ts';
import type { Caller } from '../protocol/blocks.ts';
import type { ApiError } from '../protocol/errors.ts';
import type { Message } from '../protocol/message.ts';
import { containerId, type MessageRequest } from '../protocol/request.ts';
import type { RuleId } from '../protocol/requirements.ts';
import type { CallAnswer, CellOutcome, SandboxContainer } from '../protocol/sandbox.ts';
import type { SessionView } from '../protocol/session-view.ts';
import type { DirectCall, ServerToolStep, Step } from '../protocol/step.ts';
import { attach, attachedFiles } from './attachments.ts';
import type { WaitingCell } from './cells.ts';
import { refusal } from './checks/check.ts';
import { blocksOf, unfinishedUses } from './checks/history.ts';
import type { SessionContainers } from './containers.ts';
import type { StoredFile } from './files.ts';
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
import { createServerTools, type ServerTools, type ServerToolsOptions } from './server-tools.ts';
import { type Ending, finishResponse, type Reply, type ResponseDraft } from './response-draft.ts';

export interface TurnPlayerOptions extends Omit<ServerToolsOptions, 'pending' | 'createContainer'> {
  readonly containers: () => SessionContainers;
  /** Rules that are not enforced. */
  readonly ignoredRules: ReadonlySet<string>;
}

/** Plays the script's turns, one response at a time: from a request to the next pause or the end of the turn. */
export class TurnPlayer {
  readonly #options: TurnPlayerOptions;
  readonly #pending = new Map<string, PendingCall>();
  /** Made at their first use: most turns only speak. */
  #tools: ServerTools | undefined;
  /** The response that ended with `pause_turn`, until it comes back. */
  #paused: Message | undefined;

  constructor(options: TurnPlayerOptions) {
    this.#options = options;
  }

  /** The calls the client has not answered yet, in the order they were made. */
  get pending(): Iterable<PendingCall> {
    return this.#pending.values();
  }

  /** The calls that a request answers: all that are pending, or none. */
  answeredBy(request: MessageRequest): readonly PendingCall[] {
    return this.#answersIn(request) ? [...this.#pending.values()] : [];
  }

  /** The container that a request names is gone, or another with nothing in it. A cell that waited there is gone too. */
  async loseContainer(request: MessageRequest, as: 'expired' | 'replaced'): Promise<void> {
    const id = containerId(request);
    if (id === undefined) return;
    const isWaitedIn = this.#tools?.waiting()?.container.id === id;
    if (isWaitedIn) {
      this.#pending.clear();
      this.#tools?.abandon();
    }
    // Nothing can stand in for a container whose cell waits: the answers have nowhere to go.
    await this.#options.containers().lose(id, isWaitedIn ? 'expired' : as);
  }

  /** Throws an `ApiError` for a request the API refuses; nothing has changed then. */
  async play(request: MessageRequest): Promise<Reply> {
    const { script, view } = this.#options;
    const draft = this.#draft(request);
    if ((await this.#goOn(draft)) === 'paused') {
      return this.#finish(draft, { stop_reason: 'tool_use' });
    }
    for (;;) {
      if (this.#pausesHere(draft)) return this.#finish(draft, { stop_reason: 'pause_turn' });
      // Waited for only where there is something to wait for: that is what most of the time of a text turn would go to.
      const next = script.next(view);
      const step = 'then' in next ? await next : next;
      draft.sampled = true;
      const played = this.#playStep(step, view.turns.at(-1)?.steps ?? 0, draft);
      const ending = played && 'then' in played ? await played : played;
      if (ending) return this.#finish(draft, ending);
    }
  }

  #draft(request: MessageRequest): ResponseDraft {
    const id = containerId(request);
    const container = id === undefined ? undefined : this.#options.containers().find(id);
    const web = { web_search: 0, web_fetch: 0 };
    return { request, content: [], container, sampled: false, web };
  }

  /** Whether the schedule pauses the turn before its next step. */
  #pausesHere({ content }: ResponseDraft): boolean {
    const { schedule, view, record } = this.#options;
    if (content.length === 0 || !schedule.pausesBefore(stepsPlayed(view) + 1)) return false;
    record({ type: 'turn.paused', step: (view.turns.at(-1)?.steps ?? 0) - 1 });
    return true;
  }

  #serverTools(): ServerTools {
    return (this.#tools ??= createServerTools({
      ...this.#options,
      pending: this.#pending,
      createContainer: () => this.#createContainer(),
    }));
  }

  /** Takes up what the session waits for, or begins a turn. */
  #goOn(draft: ResponseDraft): Promise<CellOutcome['state']> {
    const { messages } = draft.request;
    const replies = this.#answersIn(draft.request);
    if (replies) return this.#answerCalls(replies, draft);
    if (messages.at(-1)?.role === 'assistant') {
      const paused = this.#paused;
      if (paused && sendsBack(draft.request, paused)) {
        const isPending = unfinishedUses(messages).length > 0;
        if (paused.container && isPending && !draft.container) this.#refuse(containerRequired());
        this.#paused = undefined;
        return this.#serverTools().run(draft);
      }
      // A started server tool last is a paused turn too, if not one this session knows: the API would go on with it.
      if (unfinishedUses(messages).length === 0) throw prefill(messages.length - 1);
    }
    return this.#startTurn(draft);
  }

  /** The calls of the last response are answered: the cell that made them goes on, or else what is in line. */
  #answerCalls(
    replies: readonly ToolResultBlockParam[],
    draft: ResponseDraft,
  ): Promise<CellOutcome['state']> {
    const waiting = this.#tools?.waiting();
    if (waiting) this.#refuse(checkWaitingCell(draft.request, waiting.id, this.#pending));
    if (waiting && !draft.container) this.#refuse(containerRequired());
    const answers = this.#takeReplies(replies);
    const tools = this.#serverTools();
    return waiting ? tools.resume(answers, draft) : tools.run(draft);
  }

  #answersIn(request: MessageRequest): ToolResultBlockParam[] | undefined {
    const partly = this.#options.ignoredRules.has('reply.missing' satisfies RuleId);
    return repliesTo(request, this.#pending, { partly });
  }

  #refuse(error: ApiError | undefined): void {
    if (error && !this.#options.ignoredRules.has(error.broken?.rule ?? '')) throw error;
  }

  #takeReplies(replies: readonly ToolResultBlockParam[]): CallAnswer[] {
    const { fidelity, record } = this.#options;
    const answers: CallAnswer[] = [];
    for (const { id, key } of this.#pending.values()) {
      const reply = replies.find(({ tool_use_id }) => tool_use_id === id);
      const content = reply ? replyText(reply) : '';
      const is_error = reply?.is_error ?? false;
      record({ type: 'call.answered', call: id, content, is_error });
      const raise = is_error && fidelity.toolErrors === 'raised';
      if (key !== undefined) answers.push({ key, content, raise });
    }
    this.#pending.clear();
    return answers;
  }

  async #startTurn(draft: ResponseDraft): Promise<CellOutcome['state']> {
    const { script, view, files, record } = this.#options;
    const { request } = draft;
    if (blocksOf(request.messages.at(-1)!).some((block) => block.type === 'tool_result')) {
      throw staleReply(request.messages.length - 1);
    }
    const attached = attachedFiles(request, files);
    const user = userText(request);
    const answered = script.answer(user, view, request);
    const answer = 'then' in answered ? await answered : answered;
    if ('unexpected' in answer) {
      throw refusal('script.unexpected', {
        reason: `callsheet: ${answer.unexpected}`,
        fix: 'Send the message the script expects next, or add a turn that answers this one.',
      });
    }
    this.#pending.clear();
    this.#paused = undefined;
    const waiting = this.#tools?.waiting();
    this.#tools?.abandon();
    if (waiting) await this.#endAbandoned(waiting, draft);
    record({ type: 'turn.started', turn: view.turns.length, scripted: answer.turn, user });
    if (attached.length > 0) await this.#attachFiles(draft, attached);
    return 'finished';
  }

  /** Puts the files that came with the request into the container. */
  async #attachFiles(draft: ResponseDraft, attached: readonly StoredFile[]): Promise<void> {
    const { clock, record } = this.#options;
    const container = (draft.container ??= await this.#createContainer());
    await attach(container, attached, clock.now);
    for (const { id: file } of attached) {
      record({ type: 'file.attached', file, container: container.id });
    }
  }

  /** The user goes on without answering a cell. Nothing can run in its container any more. */
  async #endAbandoned(waiting: WaitingCell, draft: ResponseDraft): Promise<void> {
    const { note, containers } = this.#options;
    note(cellAbandoned(waiting.id));
    if (draft.container === waiting.container) draft.container = undefined;
    await containers().end(waiting.container.id);
  }

  /** Plays one step into the response. Returns how the response ends, if it does; a promise only where Python may run. */
  #playStep(
    step: Step,
    index: number,
    draft: ResponseDraft,
  ): Ending | undefined | Promise<Ending | undefined> {
    const { ids, view, record } = this.#options;
    switch (step.type) {
      case 'text':
        record({ type: 'text.written', step: index, text: step.text });
        draft.content.push({ type: 'text', text: step.text });
        return undefined;
      case 'thinking': {
        const { thinking, signature = ids.next('signature') } = step;
        record({ type: 'thinking.written', step: index, thinking });
        draft.content.push({ type: 'thinking', thinking, signature });
        return undefined;
      }
      case 'code_execution':
      case 'bash_code_execution':
      case 'text_editor_code_execution':
        return this.#use([step], index, draft);
      case 'parallel':
        if (!step.calls?.length) return this.#use(step.uses, index, draft);
        for (const use of step.uses) this.#serverTools().start(use, index, draft);
        return this.#makeDirectCalls(step.calls, index, draft);
      case 'tool_use':
        return this.#makeDirectCalls(step.calls, index, draft);
      case 'pause_turn':
        for (const use of step.uses ?? []) this.#serverTools().start(use, index, draft);
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

  /** Starts server tools and runs them, up to a cell that pauses. */
  async #use(
    uses: readonly ServerToolStep[],
    index: number,
    draft: ResponseDraft,
  ): Promise<Ending | undefined> {
    const tools = this.#serverTools();
    for (const use of uses) tools.start(use, index, draft);
    return (await tools.run(draft)) === 'paused' ? { stop_reason: 'tool_use' } : undefined;
  }

  #makeDirectCalls(calls: readonly DirectCall[], step: number, draft: ResponseDraft): Ending {
    const { script, view, ids, schedule, fidelity, record } = this.#options;
    const caller: Caller = { type: 'direct' };
    for (const { name, input } of calls) {
      const id = ids.next('toolUse');
      record({ type: 'call.made', step, call: id, name, input, caller });
      const takes = schedule.call(name, script.takes?.(name, view));
      this.#pending.set(id, { id, name, input, takes });
      const shown = fidelity.callerField === 'known' && { caller };
      draft.content.push({ type: 'tool_use', id, name, input, ...shown });
    }
    return { stop_reason: 'tool_use' };
  }

  async #createContainer(): Promise<SandboxContainer> {
    const { containers, ids, record } = this.#options;
    const container = await containers().create(ids.next('container'));
    record({ type: 'container.created', container: container.id });
    return container;
  }

  #finish(draft: ResponseDraft, ending: Ending): Reply {
    const { containers, ids, fidelity } = this.#options;
    const waiting = this.#tools?.waiting();
    const state = waiting ? 'paused' : 'idle';
    const completes = !waiting && draft.content[0]?.type === 'code_execution_tool_result';
    const named = completes && !fidelity.containerOnCompletion ? undefined : draft.container;
    const container = named && containers().describe(named, state);
    const reply = finishResponse(draft, ending, { id: ids.next('message'), container, fidelity });
    if (ending.stop_reason === 'pause_turn') this.#paused = reply.message;
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
