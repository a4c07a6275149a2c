import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseScenario } from 'callsheet';
import type { RunAgent } from 'callsheet/fast-check';

/** What the agents of `agents` are tried with: something is to be written once, in a conversation of two turns. */
export const anOrder = parseScenario(
  readFileSync(new URL('an-order.yaml', import.meta.url), 'utf8'),
);

export function agentFile(name: string): string {
  return fileURLToPath(new URL(`agents/${name}.mjs`, import.meta.url));
}

export async function agent(name: string): Promise<RunAgent> {
  const module: { readonly runAgent: RunAgent } = await import(agentFile(name));
  return module.runAgent;
}
