export type { Assignment, AssignmentData } from './assignment.ts';
export { commandClient } from './command-client.ts';
export type { ProbeConversation } from './conversation.ts';
export {
  probeClient,
  type ProbeAdapter,
  type ProbeOptions,
  type ProbeResult,
} from './probe-client.ts';
export { STANDARD_CONVERSATIONS } from './standard-conversations.ts';
