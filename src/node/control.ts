import { timingSafeEqual } from 'node:crypto';
import { isIP } from 'node:net';
import * as z from 'zod';
import type { FakeApi } from '../api/create-fake-api.ts';
import type { ApiRequest, ApiResponse, Handle } from '../api/exchange.ts';
import { VirtualClock } from '../transcript/clock.ts';
import type { TranscriptEvent } from '../transcript/events.ts';

/** Where a server's control route is. */
export const CONTROL_PATH = '/_callsheet';

export interface ControlOptions {
  /** Makes a fake in which nothing has happened: at first, and at every reset. */
  readonly create: () => FakeApi;
  /** What is thought of a transcript: of all of it, or of one of its sessions. */
  readonly judge: (transcript: readonly TranscriptEvent[], session: string | undefined) => object;
  /** Has to come with every request to the control route. Default: none, and only this machine may ask. */
  readonly token?: string | undefined;
}

/** A fake that a client in another process can look into, and begin anew. */
export interface ControlledFake {
  readonly handle: Handle;
  /** Everything since the start. After a reset, sessions have the number of their round before their key. */
  readonly transcript: readonly TranscriptEvent[];
  dispose(): Promise<void>;
}

/**
 * Adds a control route to a fake: `GET /_callsheet/transcript`, `GET /_callsheet/verdict`, `GET` and `POST
 * /_callsheet/clock`, `POST /_callsheet/reset`, all of them JSON.
 */
export function createControl({ create, judge, token }: ControlOptions): ControlledFake {
  let fake = create();
  const rounds = [fake];

  /** What the round at hand has, or one session of it. */
  function eventsOf(session: string | undefined): readonly TranscriptEvent[] {
    const { events } = fake.transcript;
    if (session === undefined) return events;
    const found = events.filter((event) => event.session === session);
    if (found.length === 0) throw new ControlError(404, `There is no session "${session}".`);
    return found;
  }

  async function reset(): Promise<object> {
    const before = fake;
    fake = create();
    rounds.push(fake);
    const judged = judge(before.transcript.events, undefined);
    await before.dispose();
    return judged;
  }

  async function moveClock(request: ApiRequest): Promise<void> {
    const { advance, session } = readMove(await request.text());
    eventsOf(session);
    await fake.advance(advance, { session });
  }

  async function answer(request: ApiRequest, { pathname, searchParams }: URL): Promise<unknown> {
    const session = searchParams.get('session') ?? undefined;
    const path = pathname.slice(CONTROL_PATH.length + 1);
    switch (`${request.method} ${path}`) {
      case 'GET transcript':
        return eventsOf(session);
      case 'GET verdict':
        return judge(eventsOf(session), session);
      case 'GET clock':
        return clocksOf(eventsOf(session));
      case 'POST clock':
        await moveClock(request);
        return clocksOf(eventsOf(session));
      case 'POST reset':
        return reset();
      default:
        throw new ControlError(
          404,
          `There is no ${request.method} ${pathname}: there are GET transcript, GET verdict, GET clock, POST clock and POST reset.`,
        );
    }
  }

  async function control(request: ApiRequest, url: URL): Promise<ApiResponse> {
    try {
      admit(request, token);
      return json(200, await answer(request, url));
    } catch (error) {
      if (!(error instanceof ControlError)) throw error;
      return json(error.status, { error: error.message });
    }
  }

  return {
    handle(request) {
      if (!request.target.startsWith(`${CONTROL_PATH}/`)) return fake.handle(request);
      return control(request, new URL(request.target, 'http://callsheet'));
    },
    get transcript() {
      return rounds.length === 1
        ? fake.transcript.events
        : rounds.flatMap(({ transcript }, i) =>
            transcript.events.map((event) => ({
              ...event,
              session: `${i + 1}. ${event.session}`,
            })),
          );
    },
    async dispose() {
      await fake.dispose();
    },
  };
}

/** Why a request to the control route is not answered. */
class ControlError extends Error {
  override readonly name: string = 'ControlError';
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** Whether an address can be reached from this machine only. */
export function isLoopback(host: string): boolean {
  const name = host.replace(/^\[(.*)\]$/, '$1');
  return name === 'localhost' || name === '::1' || (isIP(name) === 4 && name.startsWith('127.'));
}

/**
 * Lets in who may ask. A page in a browser of this machine can reach a server on it as well: what it sends has an
 * `origin`, or a `host` that only pretends to be this machine's.
 */
function admit(request: ApiRequest, token: string | undefined): void {
  if (request.header('origin') !== undefined) {
    throw new ControlError(403, 'Pages of a browser are not let in.');
  }
  if (token === undefined) {
    const host = request.header('host') ?? '';
    if (isLoopback(host.replace(/:\d+$/, ''))) return;
    throw new ControlError(403, `Without a token only this machine is let in, not "${host}".`);
  }
  const sent = Buffer.from(request.header('authorization') ?? '');
  const wanted = Buffer.from(`Bearer ${token}`);
  if (sent.length === wanted.length && timingSafeEqual(sent, wanted)) return;
  throw new ControlError(401, 'The token is missing or wrong: Authorization: Bearer TOKEN.');
}

const Move = z.strictObject({
  advance: z.int().nonnegative(),
  session: z.string().optional(),
});

function readMove(text: string): z.infer<typeof Move> {
  const parsed = Move.safeParse(parseJson(text));
  if (parsed.success) return parsed.data;
  throw new ControlError(
    400,
    `Expected {"advance": milliseconds}: ${parsed.error.issues[0]?.message}`,
  );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The time of every session: virtual milliseconds since it began, and what its clock shows. */
function clocksOf(events: readonly TranscriptEvent[]): object {
  const clocks = new Map<string, { epoch: number; now: number }>();
  for (const event of events) {
    if (event.type === 'session.started') clocks.set(event.session, { epoch: event.epoch, now: 0 });
    const clock = clocks.get(event.session);
    if (clock) clock.now = event.at;
  }
  const sessions = [...clocks].map(([session, { epoch, now }]) => ({
    session,
    now,
    time: new VirtualClock(epoch).timestamp(now),
  }));
  return { sessions };
}

function json(status: number, value: unknown): ApiResponse {
  return { status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(value) };
}
