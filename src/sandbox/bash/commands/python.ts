import { type Command, defineCommand } from 'just-bash';
import { Buffer } from 'node:buffer';
import { latin1FromBytes, type ByteString } from 'just-bash';

export interface PythonRun {
  readonly arguments: readonly string[];
  readonly stdin: Uint8Array;
  readonly environment: Readonly<Record<string, string>>;
  readonly directory: string;
}

export interface PythonEnd {
  readonly stdout: Uint8Array;
  readonly stderr: Uint8Array;
  readonly returnCode: number;
}

/** `python3` and its other names: a process of its own on the same files. */
export function pythonCommands(run: (process: PythonRun) => Promise<PythonEnd>): Command[] {
  return ['python3', 'python', 'python3.11'].map((name) =>
    defineCommand(name, async (args, ctx) => {
      const end = await run({
        arguments: args,
        stdin: bytesOf(ctx.stdin),
        environment: ctx.exportedEnv ?? Object.fromEntries(ctx.env),
        directory: ctx.cwd,
      });
      return {
        stdout: Buffer.from(end.stdout).toString('latin1'),
        stdoutKind: 'bytes',
        stderr: Buffer.from(end.stderr).toString(),
        exitCode: end.returnCode,
      };
    }),
  );
}

function bytesOf(stdin: ByteString): Uint8Array {
  return Uint8Array.from(Buffer.from(latin1FromBytes(stdin), 'latin1'));
}
