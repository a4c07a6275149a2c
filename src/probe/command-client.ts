import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { clientEnvironment, runChild } from '../node/child-command.ts';
import type { AssignmentData } from './assignment.ts';
import type { ProbeAdapter } from './probe-client.ts';

/** A command did not end well. */
class CommandFailedError extends Error {
  override readonly name: string = 'CommandFailedError';
  readonly code = 'command.failed';
}

/**
 * A client in another process, in any language. The command is run once for each conversation, with
 *
 * - `ANTHROPIC_BASE_URL` and `ANTHROPIC_API_KEY`: the fake to talk to;
 * - `CALLSHEET_CONVERSATION`: a JSON file with the conversation to hold, an `AssignmentData`.
 *
 * It has held it when it ends with status 0. What it prints goes to this process's stderr.
 */
export function commandClient(command: readonly string[]): ProbeAdapter {
  return async ({ baseURL, apiKey, signal, name, model, prompts, tools, answers }) => {
    const data: AssignmentData = { name, model, prompts, tools, answers };
    const folder = await mkdtemp(join(tmpdir(), 'callsheet-probe-'));
    try {
      const file = join(folder, 'conversation.json');
      await writeFile(file, `${JSON.stringify(data, null, 2)}\n`);
      const env = { ...clientEnvironment({ baseURL, apiKey }), CALLSHEET_CONVERSATION: file };
      const status = await runChild(command, { env, stdout: 'stderr', signal });
      if (status !== 0) throw new CommandFailedError(`it ended with status ${status}`);
    } finally {
      await rm(folder, { recursive: true });
    }
  };
}
