import { ApiError } from '../protocol/errors.ts';
import type { Fidelity } from '../protocol/fidelity.ts';
import type { Message } from '../protocol/message.ts';
import type { MessageRequest } from '../protocol/request.ts';
import type { ApiVersion } from '../protocol/revisions/api-version.ts';
import type { Sandbox } from '../protocol/sandbox.ts';
import type { Script } from '../protocol/script.ts';
import type { SessionView } from '../protocol/session-view.ts';
import { type FollowedSchedule, followSchedule } from '../schedule/follow-schedule.ts';
import {
  checkSchedule,
  type RequestFault,
  type Schedule,
  type ScheduleSource,
} from '../schedule/schedule.ts';
import { createClock } from '../transcript/clock.ts';
import type { ClientEvent, EventInput, TranscriptEvent } from '../transcript/events.ts';
import { createSessionFold } from '../transcript/fold.ts';
import { createIdSource } from '../transcript/ids.ts';
import type { MasterClock } from '../transcript/master-clock.ts';
import type { Transcript } from '../transcript/transcript.ts';
import { checkRequest } from './checks/check-request.ts';
import { createSessionContainers } from './containers.ts';
import { createFileCapture, type FileStore } from './files.ts';
import type { Note } from './note.ts';
import { createReplayCheck } from './replay-check.ts';
import type { PendingCall } from './replies.ts';
import type { Reply } from './response-draft.ts';
import { serviceError } from './service-error.ts';
import { createSessionTime } from './session-time.ts';
import { THREAD_LIFETIME, type ThreadedResponse, threadExpired } from './threads.ts';
import { createTurnPlayer } from './turn.ts';

/** One conversation with the fake: its state is a fold over the events it appended to the transcript. */
export interface Session {
  readonly key: string;
  readonly view: SessionView;
  /** Whether nothing has come of it yet: no turn has begun, and no request is being answered. */
  readonly isUntouched: boolean;
  /**
   * Answers one request; requests of a session are answered one after the other. A request the API refuses gets an
   * `ApiError`, a finding in the transcript, and leaves the session as it was.
   */
  respond(request: SessionRequest): Promise<SessionResponse>;
  /** Answers a request whose response got lost as it was answered before. */
  repeat(request: SessionRequest, response: SessionResponse): SessionResponse;
  /** Lets time pass while the client has the ball: once no request is being answered. */
  pass(milliseconds: number): Promise<void>;
  /** The calls the client has not answered yet, in the order they were made. */
  readonly pending: Iterable<PendingCall>;
  /** Records what the client does on its side. */
  witness(event: ClientEvent): void;
  dispose(): Promise<void>;
}

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
  readonly key: string;
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

export function createSession(options: SessionOptions): Session {
  const { key, seed, epoch, script, sandbox, fidelity, ignoredRules } = options;
  const { models, transcript, master } = options;
  const clock = createClock(epoch);
  const { view, apply } = createSessionFold(key);
  const takes = (tool: string) => script.takes?.(tool, view);
  /** Set before the first request is taken up. */
  let schedule: FollowedSchedule | undefined;
  const followed = (): FollowedSchedule => (schedule ??= followSchedule({}, takes));
  const time = createSessionTime({ clock, schedule: followed, master, record });
  const ids = createIdSource(seed, key);
  /** What answers requests. It is kept once it has something to remember between them. */
  let machine: ReturnType<typeof createMachine> | undefined;
  let last: Promise<unknown> = Promise.resolve();
  /** The request being answered. */
  let answering = '';
  let underWay = 0;

  function createMachine() {
    const containers = createSessionContainers(sandbox, { epoch, clock, fidelity, ignoredRules });
    const now = () => clock.timestamp(clock.now);
    const capture = createFileCapture({ ids, store: options.files, record, now });
    const player = createTurnPlayer({
      script,
      view,
      clock,
      ids,
      containers,
      capture,
      files: options.files,
      fidelity,
      ignoredRules,
      schedule: followed(),
      record,
      note,
    });
    return { containers, player, replay: createReplayCheck() };
  }

  function record(input: EventInput): void {
    const event: TranscriptEvent = Object.assign(input, { session: key, at: clock.now });
    transcript.append(event);
    apply(event);
  }

  function note(finding: Note): void {
    if (ignoredRules.has(finding.rule)) return;
    record({ type: 'finding', request: answering, ...finding });
  }

  function receive({ body, sent = body, notes = [] }: SessionRequest, readAt: number): string {
    time.arrive(readAt, machine?.player.answeredBy(body) ?? []);
    const request = ids('request');
    record({ type: 'request.received', request, body: sent });
    answering = request;
    for (const each of notes) note(each);
    return request;
  }

  async function answer(request: SessionRequest, readAt: number): Promise<SessionResponse> {
    schedule ??= followSchedule(await scheduleFor(request), takes);
    const requestId = receive(request, readAt);
    const fault = meet();
    const result = fault?.error
      ? serviceError(fault.error)
      : await decide(request, fault).catch(toApiError);
    time.spend(fault?.takes ?? 0);
    return send(requestId, result, fault);
  }

  async function scheduleFor({ body }: SessionRequest): Promise<Schedule> {
    if (typeof options.schedule !== 'function') return options.schedule;
    return checkSchedule((await options.schedule(view, body)) ?? {});
  }

  /** What the schedule has for this request. Its delay needs no telling: it shows in the clock. */
  function meet({ isRepeated = false } = {}): RequestFault | undefined {
    const found = followed().request();
    if (!found) return undefined;
    // What is delivered for the second time is not delivered twice.
    const { delivered, ...others } = found;
    const fault: RequestFault = { ...others, ...(delivered && !isRepeated && { delivered }) };
    const { on: _, nth: __, takes: ___, ...beside } = fault;
    if (Object.keys(beside).length > 0) record({ type: 'fault.injected', fault });
    return fault;
  }

  async function decide(
    { body, apiVersion, previous }: SessionRequest,
    fault: RequestFault | undefined,
  ): Promise<Reply | ApiError> {
    if (fault?.container) await machine?.player.loseContainer(body, fault.container);
    if (previous && (fault?.thread || clock.now - previous.at > THREAD_LIFETIME)) {
      return threadExpired(previous.message.id);
    }
    const refused = checkRequest(body, { fidelity, apiVersion, models, ignoredRules });
    if (refused) return refused;
    const isNew = machine === undefined;
    const { player, replay } = (machine ??= createMachine());
    const { changedThinking, notes } = replay.compare(body);
    for (const each of notes) note(each);
    const reply = changedThinking ?? (await player.play(body));
    if (reply instanceof ApiError) return reply;
    replay.remember(reply.message);
    // A load test leaves thousands of sessions behind in which Claude only ever spoke.
    if (isNew && leavesNothing(reply.message)) machine = undefined;
    return reply;
  }

  function send(
    requestId: string,
    result: Reply | ApiError,
    fault: RequestFault | undefined,
  ): SessionResponse {
    if (result instanceof ApiError) {
      const { broken, message, status } = result;
      if (broken) record({ type: 'finding', request: requestId, message, ...broken });
      const body = { ...result.toBody(requestId) };
      // By the virtual clock no time passes for a client that waits: it is told to come back at once.
      const retry_after = master && fault?.error ? fault.retry_after : undefined;
      record({ type: 'response.sent', request: requestId, status, body, retry_after });
    } else {
      record({ type: 'response.sent', request: requestId, status: 200, body: result.message });
    }
    const due = time.due();
    if (!(result instanceof ApiError)) time.release();
    return { requestId, result, at: clock.now, due, fault };
  }

  record({ type: 'session.started', seed, epoch });
  return {
    key,
    view,
    get isUntouched() {
      return underWay === 0 && view.turns.length === 0;
    },
    async respond(request) {
      underWay++;
      const readAt = time.read();
      const response = last.then(() => answer(request, readAt));
      last = response;
      try {
        return await response;
      } finally {
        underWay--;
      }
    },
    repeat(request, { result }) {
      const requestId = receive(request, time.read());
      const fault = meet({ isRepeated: true });
      return send(requestId, fault?.error ? serviceError(fault.error) : result, fault);
    },
    async pass(milliseconds) {
      const passed = last.then(() => time.pass(milliseconds));
      last = passed;
      await passed;
    },
    get pending() {
      return machine?.player.pending ?? [];
    },
    witness(event) {
      time.catchUp();
      record(event);
    },
    async dispose() {
      await machine?.containers.dispose();
    },
  };
}

/** Whether the next request cannot refer to anything in a response: no call, no container, no pause. */
function leavesNothing({ content, container, stop_reason }: Message): boolean {
  return !container && stop_reason !== 'pause_turn' && !content.some((block) => 'id' in block);
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
