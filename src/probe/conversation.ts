import type { FakeApiOptions } from '../api/create-fake-api.ts';
import type { Scenario } from '../scenario/scenario.ts';

/** A conversation that clients are tried with, as data: what Claude does, and how the fake that plays it behaves. */
export interface ProbeConversation {
  /**
   * The script, what goes wrong, what the user says, what the tools answer and what must have happened in the end. It says
   * enough for a client to play the agent.
   */
  readonly scenario: Scenario;
  /** How the fake behaves. Default: as it does by default. */
  readonly fake?: Pick<FakeApiOptions, 'fidelity' | 'seed' | 'stream'> | undefined;
}
