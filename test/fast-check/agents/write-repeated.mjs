import { createAgent } from './order-agent.mjs';

export const runAgent = createAgent({ asksAgain: true });
