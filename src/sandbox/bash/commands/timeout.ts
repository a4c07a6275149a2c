import { type Command, defineCommand } from 'just-bash';
import type { VirtualRealm } from '../virtual-realm.ts';

/** When something has to end, in virtual time: the whole command, and what `timeout` runs in it. */
export interface Deadlines {
  /** Aborted when the whole command's time is up. */
  readonly signal: AbortSignal;
  /** Lets time pass, up to the first deadline, whose work is then aborted. */
  sleep(milliseconds: number): Promise<void>;
  /** Virtual milliseconds to the first deadline. */
  remaining(): number;
  /** Aborts what is overdue. */
  check(): void;
  /** Whether the whole command's time is up. */
  passed(): boolean;
  /** Runs `work`; returns undefined when it was not done in time. */
  limit<T>(milliseconds: number, work: (signal: AbortSignal) => Promise<T>): Promise<T | undefined>;
}

interface Deadline {
  readonly at: number;
  readonly controller: AbortController;
}

export function createDeadlines(realm: VirtualRealm, timeLimit: number): Deadlines {
  const whole: Deadline = { at: realm.now + timeLimit, controller: new AbortController() };
  const deadlines = [whole];
  const first = (): number => Math.min(...deadlines.map(({ at }) => at));
  const check = (): void => {
    for (const { at, controller } of deadlines) if (realm.now >= at) controller.abort();
  };
  return {
    signal: whole.controller.signal,
    sleep: async (milliseconds) => {
      realm.now = Math.min(realm.now + milliseconds, first());
      check();
    },
    // From the whole millisecond that has begun: what takes all of it meets the deadline.
    remaining: () => Math.max(0, Math.ceil(first() - Math.floor(realm.now))),
    check,
    passed: () => whole.controller.signal.aborted,
    limit: async (milliseconds, work) => {
      const deadline = { at: realm.now + milliseconds, controller: new AbortController() };
      deadlines.push(deadline);
      try {
        const result = await work(deadline.controller.signal);
        return deadline.controller.signal.aborted ? undefined : result;
      } catch (error) {
        if (deadline.controller.signal.aborted) return undefined;
        throw error;
      } finally {
        deadlines.splice(deadlines.indexOf(deadline), 1);
      }
    },
  };
}

const UNITS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };
const TIMED_OUT = 124;

/** `timeout DURATION COMMAND`: just-bash's own waits in real time. */
export function timeoutCommand(deadlines: Deadlines): Command {
  return defineCommand('timeout', async (args, ctx) => {
    const rest = [...args];
    while (rest[0]?.startsWith('-')) {
      const flag = rest.shift();
      if (flag === '-s' || flag === '-k') rest.shift();
    }
    const [duration = '', ...command] = rest;
    const [, amount, unit = 's'] = /^(\d*\.?\d+)([smhd]?)$/.exec(duration) ?? [];
    if (amount === undefined || command.length === 0 || !ctx.exec) {
      return {
        stdout: '',
        stderr: `timeout: invalid time interval '${duration}'\n`,
        exitCode: 125,
      };
    }
    const { exec } = ctx;
    const milliseconds = Number(amount) * 1000 * (UNITS[unit || 's'] ?? 1);
    const result = await deadlines.limit(milliseconds || Infinity, (signal) =>
      exec(command.map(quote).join(' '), { cwd: ctx.cwd, signal }),
    );
    return result ?? { stdout: '', stderr: '', exitCode: TIMED_OUT };
  });
}

function quote(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}
