export { createFakeApi, type FakeApi, type FakeApiOptions } from './api/create-fake-api.ts';
export type { ClientWatch } from './api/client/watch-client.ts';
export { CassetteError, type CassetteErrorCode } from './cassette/cassette-error.ts';
export type {
  AnsweredExchange,
  Chunk,
  Ended,
  Exchange,
  RecordedBody,
  RecordedRequest,
  RecordedResponse,
  RecordedStream,
} from './cassette/exchange.ts';
export { readRecording } from './cassette/import/read-recording.ts';
export {
  type Recording,
  RecordingError,
  type RecordingErrorCode,
  type RecordingFormat,
} from './cassette/import/recording.ts';
export {
  readCassette,
  type Cassette,
  type CassetteExchange,
  type ReadCassetteOptions,
} from './cassette/read-cassette.ts';
export { createRecorder, type Recorder, type RecorderOptions } from './cassette/recorder.ts';
export type { RecordingClock } from './cassette/real-time.ts';
export type { RedactionOptions } from './cassette/redaction/redact-text.ts';
export { scanText, type SecretPlace } from './cassette/redaction/scan.ts';
export { type AnyRecording, readAnyRecording } from './cassette/read-any-recording.ts';
export { transcriptOf, type TranscriptOfOptions } from './cassette/transcript-of.ts';
export {
  openCassette,
  type OpenCassetteOptions,
  writeCassette,
  type CassetteWriter,
} from './cassette/write-cassette.ts';
export type { TextEditorResult } from './protocol/command-results.ts';
export type {
  BashCommand,
  BashOutcome,
  ContainerFile,
  TextEditorCommand,
} from './protocol/container-tools.ts';
export type {
  CallAnswer,
  Cell,
  CellCall,
  CellNote,
  CellOutcome,
  CellRemarks,
  ContainerOptions,
  Sandbox,
  SandboxContainer,
} from './protocol/sandbox.ts';
export type { Script, ScriptAnswer } from './protocol/script.ts';
export type { WebAnswer, WebCall, WebPage } from './protocol/web.ts';
export type {
  CallView,
  CellView,
  CommandView,
  SessionView,
  TurnView,
} from './protocol/session-view.ts';
export type { Step } from './protocol/step.ts';
export type { Fidelity } from './protocol/fidelity.ts';
export { REQUIREMENTS, type Requirement } from './protocol/requirements.ts';
export type { Amount, StreamFault, StreamPolicy } from './protocol/stream-policy.ts';
export { createReplay, type Replay, type ReplayOptions } from './replay/replay.ts';
export { createRetake, type Retake, type RetakeOptions } from './replay/retake.ts';
export { RetakeError, type RetakeErrorCode } from './replay/retake-error.ts';
export { ReplayError, type ReplayFailure } from './replay/replay-error.ts';
export {
  assertSameSession,
  checkSameSession,
  type SessionDifference,
} from './replay/same-session.ts';
export { DEFAULT_STRICTNESS, type FieldStrictness, type Strictness } from './replay/strictness.ts';
export {
  anything,
  call,
  type CallOptions,
  inAnyOrder,
  inOrder,
  never,
  oneOf,
  optional,
  repeated,
  subsequence,
  together,
} from './scenario/expectations.ts';
export { type Failure, ExpectationError } from './scenario/checks/failure.ts';
export {
  assertCellOutput,
  checkCellOutput,
  type CellOutputOptions,
} from './scenario/checks/cell-output.ts';
export { assertCleanVerdict, checkVerdict } from './scenario/checks/clean-verdict.ts';
export { checkPlayed } from './scenario/checks/played.ts';
export {
  assertExpected,
  assertScenario,
  checkExpected,
  checkScenario,
} from './scenario/checks/scenario.ts';
export {
  type AllowedChanges,
  assertCachePrefix,
  checkCachePrefix,
} from './scenario/checks/cache-prefix.ts';
export type { Count, ExpectData } from './scenario/data/expect-data.ts';
export { assertToolCalls, checkToolCalls } from './scenario/calls/tool-calls.ts';
export { AmbiguousExpectationError } from './scenario/calls/align-calls.ts';
export type { CallDeviation } from './scenario/calls/deviations.ts';
export type { CallData } from './scenario/data/call-data.ts';
export type { Expectation, ExpectedCalls } from './scenario/data/expectation-data.ts';
export type { Matcher } from './scenario/data/matcher.ts';
export type { ScenarioData } from './scenario/data/scenario-data.ts';
export { ScenarioError } from './scenario/errors/scenario-error.ts';
export { parseScenario, type ParseScenarioOptions } from './scenario/parse-scenario.ts';
export type { FinishedCell, PlayedTurn } from './scenario/played-turn.ts';
export { generatedScript, type WriteSteps } from './scenario/generated-script.ts';
export {
  importScenario,
  type ImportedScenario,
  type ImportScenarioOptions,
} from './scenario/recorded/import-scenario.ts';
export { AnswersUnknownError } from './scenario/recorded/recorded-tools.ts';
export { python } from './scenario/python.ts';
export {
  runScenario,
  type RunScenarioOptions,
  type ScenarioResult,
} from './scenario/run-scenario.ts';
export { scenario, type Scenario, type ScenarioOptions } from './scenario/scenario.ts';
export {
  describeFileProblem,
  readScenarios,
  type FileProblem,
  type ReadOptions,
  type ScenarioFiles,
  type ScenarioInFile,
} from './scenario/scenario-files.ts';
export type {
  ClaudeScript,
  ConversationOptions,
  ConversationScript,
  StepsScript,
  TurnScript,
  UserMessage,
  UsesScript,
} from './scenario/claude-script.ts';
export type { RunnableTool, ToolOptions, ToolsOption } from './scenario/tool-types.ts';
export type { MessageContext, UserPredicate } from './scenario/user-message.ts';
export { toYaml } from './scenario/to-yaml.ts';
export { checkSchedule, type Fault, type Schedule } from './schedule/schedule.ts';
export type { SandboxLimits } from './sandbox/limits.ts';
export {
  pyodideSandbox,
  SandboxError,
  type PyodideSandboxOptions,
  type SandboxErrorCode,
} from './sandbox/pyodide.ts';
export { outline } from './timeline/outline.ts';
export type { Finding, TranscriptEvent } from './transcript/events.ts';
export type { Reference } from './transcript/reference.ts';
export { foldSessions } from './transcript/fold.ts';
export { showTranscript } from './timeline/show-transcript.ts';
export { renderTimeline, type RenderTimelineOptions } from './timeline/render-timeline.ts';
export type { ShownFailure } from './timeline/unmet.ts';
export type { Transcript } from './transcript/transcript.ts';
export { BUG_CLASSES, type BugClass, type BugClassId } from './verdict/bug-classes.ts';
export { verdict, type VerdictEntry } from './verdict/verdict.ts';
