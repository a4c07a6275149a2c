import { createAgent } from './loop.mjs';

export const runAgent = createAgent({ waitsForTools: true });
