import { SandboxError } from './sandbox-error.ts';

export function workerDied(container: string, label: string, reason: string): SandboxError {
  return new SandboxError(
    'worker.died',
    `The worker that ran ${label} of container "${container}" died: ${reason}. ` +
      'So did the worker that ran it again. The container is as it was before the cell.',
  );
}

export function unavailable(reason: string): SandboxError {
  return new SandboxError(
    'python.unavailable',
    `Failed to start Python: ${reason}. Check that "pyodide" is installed in the version callsheet depends on.`,
  );
}

export function removed(container: string): SandboxError {
  return new SandboxError(
    'container.disposed',
    `Container "${container}" was disposed of in the middle of a cell.`,
  );
}

export function sandboxDisposed(): SandboxError {
  return new SandboxError(
    'sandbox.disposed',
    'The sandbox was disposed of in the middle of a cell.',
  );
}
