import { ApiError } from '../protocol/errors.ts';
import type { Fidelity } from '../protocol/fidelity.ts';
import type { Message } from '../protocol/message.ts';
import type { MessageRequest } from '../protocol/request.ts';
import type { ApiVersion } from '../protocol/revisions/api-version.ts';
import type { Sandbox } from '../protocol/sandbox.ts';
import type { Script } from '../protocol/script.ts';
import type { SessionView } from '../protocol/session-view.ts';
import { FollowedSchedule } from '../schedule/follow-schedule.ts';
import { checkSchedule, type RequestFault, type ScheduleSource } from '../schedule/schedule.ts';
import { VirtualClock } from '../transcript/clock.ts';
import type { ClientEvent, EventInput, TranscriptEvent } from '../transcript/events.ts';
import { SessionFold } from '../transcript/fold.ts';
import { IdSource } from '../transcript/ids.ts';
import type { MasterClock } from '../transcript/master-clock.ts';
import type { Transcript } from '../transcript/transcript.ts';
import { checkRequest } from './checks/check-request.ts';
import { SessionContainers } from './containers.ts';
import type { FileStore } from './files.ts';
import type { History } from './history.ts';
import type { Note } from './note.ts';
import { ReplayCheck } from './replay-check.ts';
import type { PendingCall } from './replies.ts';
import type { Reply } from './response-draft.ts';
import { serviceError } from './service-error.ts';
import { SessionTime } from './session-time.ts';
import { THREAD_LIFETIME, type ThreadedResponse, threadExpired } from './threads.ts';
import { TurnPlayer } from './turn.ts';

export interface SessionRequest {
  /** The whole request, as it would be without a thread. */
  readonly body: MessageRequest;
  /** What was sent, where that is less. Default: the whole request. */
  readonly sent?: MessageRequest | undefined;
  readonly apiVersion: ApiVersion;
  /** The response it continues on a thread, if it does. */
  readonly previous?: ThreadedResponse | undefined;
  /** Findings made on the way to the session. Default: none. */
  readonly notes?: readonly Note[] | undefined;
}

export interface SessionResponse {
  readonly requestId: string;
  readonly result: Reply | ApiError;
  /** The virtual time it was sent at. */
  readonly at: number;
  /** When it is due at the client, on the master clock. */
  readonly due: number;
  /** What goes wrong with the request, if anything does. */
  readonly fault?: RequestFault | undefined;
}

export interface SessionOptions {
  readonly seed: string;
  /** Wall-clock time of virtual time 0, in milliseconds since 1970. */
  readonly epoch: number;
  readonly script: Script;
  readonly sandbox: Sandbox;
  readonly fidelity: Fidelity;
  /** Rules that are not enforced. */
  readonly ignoredRules: ReadonlySet<string>;
  /** Models that exist; any when absent. */
  readonly models?: readonly string[] | undefined;
  readonly transcript: Transcript;
  /** What goes wrong, and when. */
  readonly schedule: ScheduleSource;
  /** What says how time passes while the client has the ball. Default: the schedule. */
  readonly master?: MasterClock | undefined;
  /** Where files that code makes go. */
  readonly files: FileStore;
}

/**
 * One conversation with the fake: its state is a fold over the events it appended to the transcript.
 *
 * @note A class, as everything is that each session has one of: a load test makes thousands of sessions that only ever
 * speak, and methods of their own would be most of what they keep. Nothing that a request makes is an object with getters
 * of its own: the engine keeps such an object, and all that it leads to, until the next full collection.
 */
export class Session {
  readonly key: string;
  /** Where it is in the tree of histories: behind its last response. */
  history: History | undefined;
  readonly #options: SessionOptions;
  readonly #clock: VirtualClock;
  readonly #time: SessionTime;
  readonly #ids: IdSource;
  readonly #fold: SessionFold;
  /** Set before the first request is taken up. */
  #schedule: FollowedSchedule | undefined;
  /** What answers requests. It is kept once it has something to remember between them. */
  #player: TurnPlayer | undefined;
  /** Made with the first response that has something to compare. */
  #replay: ReplayCheck | undefined;
  /** Made when they are first asked for. */
  #containers: SessionContainers | undefined;
  /** What is done last of what is under way. */
  #last: Promise<unknown> | undefined;
  /** The request being answered. */
  #answering = '';
  #underWay = 0;

  constructor(key: string, options: SessionOptions) {
    const { seed, epoch, master } = options;
    this.key = key;
    this.#options = options;
    this.#clock = new VirtualClock(epoch);
    this.#time = new SessionTime(this.#clock, master);
    this.#ids = new IdSource(seed, key);
    this.#fold = new SessionFold(key);
    this.#record({ type: 'session.started', seed, epoch });
  }

  get view(): SessionView {
    return this.#fold.view;
  }

  /** Whether nothing has come of it yet: no turn has begun, and no request is being answered. */
  get isUntouched(): boolean {
    return this.#underWay === 0 && this.view.turns.length === 0;
  }

  /** The calls the client has not answered yet, in the order they were made. */
  get pending(): Iterable<PendingCall> {
    return this.#player?.pending ?? [];
  }

  /**
   * Answers one request; requests of a session are answered one after the other. A request the API refuses gets an
   * `ApiError`, a finding in the transcript, and leaves the session as it was.
   */
  respond(request: SessionRequest): Promise<SessionResponse> {
    const readAt = this.#time.read();
    return this.#inTurn(() => this.#answer(request, readAt));
  }

  /** Answers a request whose response got lost as it was answered before. */
  repeat(request: SessionRequest, { result }: SessionResponse): SessionResponse {
    const requestId = this.#receive(request, this.#time.read());
    const fault = this.#meet({ isRepeated: true });
    return this.#send(requestId, fault?.error ? serviceError(fault.error) : result, fault);
  }

  /** Lets time pass while the client has the ball: once no request is being answered. */
  async pass(milliseconds: number): Promise<void> {
    await this.#inTurn(async () => this.#record(this.#time.pass(milliseconds)));
  }

  /** Records what the client does on its side. */
  witness(event: ClientEvent): void {
    this.#time.catchUp();
    this.#record(event);
  }

  async dispose(): Promise<void> {
    await this.#containers?.dispose();
  }

  /** Does one thing after the other. */
  async #inTurn<T>(work: () => Promise<T>): Promise<T> {
    this.#underWay++;
    const done = this.#last ? this.#last.then(work, work) : work();
    this.#last = done;
    try {
      return await done;
    } finally {
      this.#underWay--;
      if (this.#last === done) this.#last = undefined;
    }
  }

  #record(input: EventInput): void {
    const stamp = { session: this.key, at: this.#clock.now };
    const event: TranscriptEvent = Object.assign(input, stamp);
    this.#options.transcript.append(event);
    this.#fold.apply(event);
  }

  #recordIf(input: EventInput | undefined): void {
    if (input) this.#record(input);
  }

  #note(finding: Note): void {
    if (this.#options.ignoredRules.has(finding.rule)) return;
    this.#record({ type: 'finding', request: this.#answering, ...finding });
  }

  #receive({ body, sent = body, notes = [] }: SessionRequest, readAt: number): string {
    const answered = this.#player?.answeredBy(body) ?? [];
    const turnaround = this.#followed.turnaround(answered.map(({ takes }) => takes));
    this.#recordIf(this.#time.arrive(readAt, turnaround));
    const request = this.#ids.next('request');
    this.#record({ type: 'request.received', request, body: sent });
    this.#answering = request;
    for (const each of notes) this.#note(each);
    return request;
  }

  get #followed(): FollowedSchedule {
    return (this.#schedule ??= new FollowedSchedule({}));
  }

  async #answer(request: SessionRequest, readAt: number): Promise<SessionResponse> {
    const { schedule } = this.#options;
    this.#schedule ??= new FollowedSchedule(
      typeof schedule === 'function'
        ? checkSchedule((await schedule(this.view, request.body)) ?? {})
        : schedule,
    );
    const requestId = this.#receive(request, readAt);
    const fault = this.#meet();
    const result = await this.#decide(request, fault);
    this.#recordIf(this.#time.spend(fault?.takes ?? 0));
    return this.#send(requestId, result, fault);
  }

  /** What the schedule has for this request. Its delay needs no telling: it shows in the clock. */
  #meet({ isRepeated = false } = {}): RequestFault | undefined {
    const found = this.#followed.request();
    if (!found) return undefined;
    // What is delivered for the second time is not delivered twice.
    const { delivered, ...others } = found;
    const fault: RequestFault = { ...others, ...(delivered && !isRepeated && { delivered }) };
    const { on: _, nth: __, takes: ___, ...beside } = fault;
    if (Object.keys(beside).length > 0) this.#record({ type: 'fault.injected', fault });
    return fault;
  }

  async #decide(
    request: SessionRequest,
    fault: RequestFault | undefined,
  ): Promise<Reply | ApiError> {
    if (fault?.error) return serviceError(fault.error);
    try {
      if (fault?.container) await this.#player?.loseContainer(request.body, fault.container);
      const refused = this.#refusal(request, fault);
      if (refused) return refused;
      const isNew = this.#player === undefined;
      const player = (this.#player ??= this.#createPlayer());
      const reply = await player.play(request.body);
      this.#keep(reply.message, isNew);
      return reply;
    } catch (error) {
      return toApiError(error);
    }
  }

  /** Why a request cannot be answered, whatever the script says. */
  #refusal(
    { body, apiVersion, previous }: SessionRequest,
    fault: RequestFault | undefined,
  ): ApiError | undefined {
    const { fidelity, models, ignoredRules } = this.#options;
    if (previous && (fault?.thread || this.#clock.now - previous.at > THREAD_LIFETIME)) {
      return threadExpired(previous.message.id);
    }
    const refused = checkRequest(body, { fidelity, apiVersion, models, ignoredRules });
    if (refused || !this.#replay) return refused;
    const { changedThinking, notes } = this.#replay.compare(body);
    for (const each of notes) this.#note(each);
    return changedThinking;
  }

  /** Keeps what a later request may have to do with. A load test leaves thousands of sessions in which Claude only spoke. */
  #keep(message: Message, isNew: boolean): void {
    if (!leavesNothing(message)) (this.#replay ??= new ReplayCheck()).remember(message);
    else if (isNew) this.#player = undefined;
  }

  #send(
    requestId: string,
    result: Reply | ApiError,
    fault: RequestFault | undefined,
  ): SessionResponse {
    if (result instanceof ApiError) {
      const { broken, message, status } = result;
      if (broken) this.#record({ type: 'finding', request: requestId, message, ...broken });
      const body = { ...result.toBody(requestId) };
      // By the virtual clock no time passes for a client that waits: it is told to come back at once.
      const retry_after = this.#options.master && fault?.error ? fault.retry_after : undefined;
      this.#record({ type: 'response.sent', request: requestId, status, body, retry_after });
    } else {
      const { message: body } = result;
      this.#record({ type: 'response.sent', request: requestId, status: 200, body });
    }
    const due = this.#time.due();
    if (!(result instanceof ApiError)) this.#time.release();
    return { requestId, result, at: this.#clock.now, due, fault };
  }

  #createPlayer(): TurnPlayer {
    const { script, sandbox, epoch, fidelity, ignoredRules, files } = this.#options;
    const clock = this.#clock;
    const containers = (): SessionContainers =>
      (this.#containers ??= new SessionContainers({
        sandbox,
        epoch,
        clock,
        fidelity,
        ignoredRules,
      }));
    return new TurnPlayer({
      script,
      view: this.view,
      clock,
      ids: this.#ids,
      containers,
      files,
      fidelity,
      ignoredRules,
      schedule: this.#followed,
      record: (event) => this.#record(event),
      note: (finding) => this.#note(finding),
    });
  }
}

/** Whether the next request cannot refer to anything in a response: no call, no container, no pause, no thinking. */
function leavesNothing({ content, container, stop_reason }: Message): boolean {
  return !container && stop_reason !== 'pause_turn' && content.every(({ type }) => type === 'text');
}

/** A script or sandbox that throws is no fault of the client, but the client is who can be told. */
function toApiError(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  const message = error instanceof Error ? error.message : String(error);
  const wrapped = new ApiError('api_error', `callsheet: ${message}`, {
    rule: 'fake.failed',
    fix: 'The script or the sandbox failed; the message says how.',
  });
  wrapped.cause = error;
  return wrapped;
}
