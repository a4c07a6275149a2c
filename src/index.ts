export { createFakeApi, type FakeApi, type FakeApiOptions } from './api/create-fake-api.ts';
export type {
  CallAnswer,
  Cell,
  CellCall,
  CellOutcome,
  ContainerOptions,
  Sandbox,
  SandboxContainer,
} from './protocol/sandbox.ts';
export type { Script, ScriptAnswer } from './protocol/script.ts';
export type { CallView, CellView, SessionView, TurnView } from './protocol/session-view.ts';
export type { Step } from './protocol/step.ts';
export { call } from './scenario/call.ts';
export { assertToolCalls } from './scenario/checks/tool-calls.ts';
export { python } from './scenario/python.ts';
export { scenario, type Scenario } from './scenario/scenario.ts';
export type { Finding, TranscriptEvent } from './transcript/events.ts';
export { foldSessions } from './transcript/fold.ts';
export type { Transcript } from './transcript/transcript.ts';
