export { agentProperty, AgentPropertyError, type AgentPropertyOptions } from './agent-property.ts';
export { agentInputs } from './agent-inputs.ts';
export { type Chat, chatCommands, chatProperty, type CreateChat } from './chat-property.ts';
export { type ConversationOptions, conversations } from './conversations.ts';
export { inDrawnOrder } from './drawn-order.ts';
export type { DrawnScenarioOptions } from './scenarios.ts';
export { type FaultKind, latencies, type ScheduleOptions, schedules } from './schedules.ts';
export {
  type RunAgent,
  type Trial,
  type TrialAssignment,
  tryAgent,
  type TrialOptions,
} from '../trial/trial.ts';
export {
  allowedCallers,
  answeredOnce,
  approvedFirst,
  containerForwarded,
  endsWithin,
  finishes,
  type Invariant,
  noLateRequests,
  resentVerbatim,
  retryAfterHonoured,
  usageSummedOnce,
  wholeResponsesOnly,
  writesOnce,
} from '../verdict/invariants.ts';
