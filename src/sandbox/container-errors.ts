import type { CallAnswer } from '../protocol/sandbox.ts';
import type { ActiveCell } from './active-cell.ts';
import { SandboxError } from './sandbox-error.ts';

export function disposed(id: string): SandboxError {
  return new SandboxError(
    'container.disposed',
    `Container "${id}" was disposed of; nothing can run in it. Create a new one.`,
  );
}

export function running(id: string, active: ActiveCell): SandboxError {
  return new SandboxError(
    'container.busy',
    `Container "${id}" cannot be saved: it is running cell "${active.id}". Wait for the cell's outcome.`,
  );
}

export function busy(id: string, active: ActiveCell, label: string): SandboxError {
  const state = active.waiting ? 'waits for answers in' : 'is running';
  return new SandboxError(
    'container.busy',
    `Container "${id}" cannot run cell "${label}": it ${state} cell "${active.id}", and it runs one at a time.`,
  );
}

export function notWaiting(id: string, active: ActiveCell | undefined): SandboxError {
  const state = active ? `cell "${active.id}" is still running` : 'no cell is running';
  return new SandboxError(
    'container.not_waiting',
    `Container "${id}" has no calls to answer: ${state}. Resume only after an outcome with state "paused".`,
  );
}

/** @throws SandboxError when the answers are not those that the cell waits for. */
export function checkAnswers(
  id: string,
  { id: cell }: ActiveCell,
  waiting: ReadonlySet<string>,
  answers: readonly CallAnswer[],
): void {
  const given = new Set(answers.map(({ key }) => key));
  const missing = [...waiting].filter((key) => !given.has(key));
  const seen = new Set<string>();
  const unknown = answers
    .map(({ key }) => key)
    .filter((key) => !waiting.has(key) || seen.size === seen.add(key).size);
  if (missing.length === 0 && unknown.length === 0) return;
  const problems = [
    missing.length > 0 && `${missing.join(', ')} not answered`,
    unknown.length > 0 && `${unknown.join(', ')} not waiting`,
  ].filter(Boolean);
  throw new SandboxError(
    'answers.mismatch',
    `The answers do not fit cell "${cell}" of container "${id}": ${problems.join('; ')}. ` +
      'Answer every call of the last outcome exactly once.',
  );
}
