export { type AgentPropertyOptions, agentProperty } from './agent-property.ts';
export { type FaultKind, type ScheduleOptions, schedules } from './schedules.ts';
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
