export { type AgentPropertyOptions, agentProperty } from './agent-property.ts';
export { type FaultKind, type ScheduleOptions, schedules } from './schedules.ts';
export {
  answeredOnce,
  endsWithin,
  finishes,
  type Invariant,
  noLateRequests,
  writesOnce,
} from '../verdict/invariants.ts';
