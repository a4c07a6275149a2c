import { createAgent } from './loop.mjs';

export const runAgent = createAgent({ correctsHistory: true });
