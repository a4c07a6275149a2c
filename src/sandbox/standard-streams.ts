import type { PyodideApi } from './boot.ts';
import type { Limits } from './limits.ts';
import { type Collector, createCollector, type Printed } from './output.ts';

/** The standard streams of the interpreter. */
export interface StandardStreams {
  /** What was printed since this was last asked. */
  readonly take: () => Printed;
  /** Adds to stderr what a shell would say. */
  readonly print: (message: string) => void;
}

/** Collects what is printed, up to the limits of the container that is in; gives nothing to read. */
export function captureStreams(
  api: PyodideApi,
  limits: () => Pick<Limits, 'stdout' | 'stderr'>,
): StandardStreams {
  const stdout = createCollector(() => limits().stdout);
  const stderr = createCollector(() => limits().stderr);
  api.setStdout(writeTo(stdout));
  api.setStderr(writeTo(stderr));
  api.setStdin({ stdin: () => null, isatty: false });
  return {
    take: () => {
      const [out, err] = [stdout.take(), stderr.take()];
      return {
        stdout: out.bytes,
        stderr: err.bytes,
        droppedStdout: out.dropped,
        droppedStderr: err.dropped,
      };
    },
    print: (message) => stderr.add(new TextEncoder().encode(message)),
  };
}

interface StreamOptions {
  readonly write: (bytes: Uint8Array) => number;
  readonly isatty: boolean;
}

function writeTo(stream: Collector): StreamOptions {
  const write = (bytes: Uint8Array): number => {
    stream.add(bytes);
    return bytes.length;
  };
  return { write, isatty: false };
}
