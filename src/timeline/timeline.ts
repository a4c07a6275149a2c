import type { TranscriptEvent } from '../transcript/events.ts';
import type { Detail } from './details.ts';
import { TimelineFold } from './timeline-fold.ts';
import { type ShownFailure, unmetBy } from './unmet.ts';

/** Who or what an item belongs to: the lanes of the picture, from top to bottom. */
export const LANES = [
  'user',
  'Claude',
  'cells',
  'tools',
  'container',
  'faults',
  'findings',
] as const;
export type Lane = (typeof LANES)[number];

/** How an item ended, or what it is, as far as it shows at a glance. */
export type Look = 'plain' | 'thinking' | 'ok' | 'failed' | 'waiting' | 'fault' | 'finding';

/** Something that happened. From and to are moments: indexes into the timeline's `moments`. */
export interface Item {
  readonly lane: Lane;
  readonly label: string;
  readonly look: Look;
  /** Whether it is other than a scenario expects. */
  readonly differs: boolean;
  readonly from: number;
  /** Equal to `from` for what took no time; the last moment for what never ended. */
  readonly to: number;
  /** Stretches in which a cell waited for the client. */
  readonly pauses: readonly Pause[];
  readonly details: readonly Detail[];
}

export interface Pause {
  readonly from: number;
  readonly to: number;
}

/** One session as a picture: what happened, and when. */
export interface SessionTimeline {
  readonly key: string;
  /** Virtual milliseconds of each moment, in order. Several moments may share a time. */
  readonly moments: readonly number[];
  readonly items: readonly Item[];
}

/** The timeline of each session of a transcript, in the order the sessions began. */
export function sessionTimelines(
  transcript: Iterable<TranscriptEvent>,
  failures: readonly ShownFailure[] = [],
): SessionTimeline[] {
  const folds = new Map<string, TimelineFold>();
  for (const event of transcript) {
    let fold = folds.get(event.session);
    if (!fold) folds.set(event.session, (fold = new TimelineFold(event.session)));
    fold.apply(event);
  }
  for (const { reference, details } of failures.flatMap(unmetBy)) {
    folds.get(reference.session)?.differ(reference.id, details);
  }
  return [...folds.values()].map((fold) => fold.finish());
}
