/** Taken at import, so that a test that fakes time does not get its recordings dated by it. */
const RealDate = Date;
const now = performance.now.bind(performance);

/** The time, for recordings. */
export interface RecordingClock {
  /** Milliseconds that only ever go up. */
  now(): number;
  /** The date: RFC 3339 in UTC. */
  date(): string;
}

export const realTime: RecordingClock = {
  now,
  date: () => new RealDate().toISOString(),
};
