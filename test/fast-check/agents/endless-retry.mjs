import { createAgent } from './loop.mjs';

export const runAgent = createAgent({ insists: true });
