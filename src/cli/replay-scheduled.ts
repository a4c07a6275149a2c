import { createFakeApi } from '../api/create-fake-api.ts';
import type { Cassette } from '../cassette/read-cassette.ts';
import { transcriptOf } from '../cassette/transcript-of.ts';
import type { Replay } from '../replay/replay.ts';
import { checkExpectations } from '../scenario/checks/scenario.ts';
import { recordedScenario } from '../scenario/recorded/recorded-scenario.ts';
import type { Schedule } from '../schedule/schedule.ts';

/** A replay as it is served and judged. */
export type ServedReplay = Pick<Replay, 'fetch' | 'transcript' | 'differences'> & {
  readonly failures: () => readonly { readonly code: string; readonly message: string }[];
  readonly dispose?: () => Promise<void>;
};

/**
 * A cassette that is played while things go wrong. What goes wrong changes what happens next, and nothing of that was
 * recorded: so Claude says and runs what it did then, and the cells really run.
 */
export function replayScheduled(
  cassette: Cassette,
  { file, schedule }: { readonly file: string; readonly schedule: Schedule },
): ServedReplay {
  const { scenario, remarks } = recordedScenario(file, transcriptOf(cassette.exchanges));
  const api = createFakeApi({ script: scenario, schedule });
  const { fetch, transcript } = api;
  return {
    fetch,
    transcript,
    differences: remarks.map((remark) => `${file}: ${remark}`),
    failures: () => checkExpectations(scenario, transcript),
    dispose: () => api.dispose(),
  };
}
