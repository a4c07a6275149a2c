import type { Outcome } from './outcome.ts';

const LEVELS = { failed: 'error', warned: 'warning', skipped: 'notice' } as const;

/** Outcomes as annotations of GitHub Actions, a line each. What passed is not mentioned. */
export function githubReport(outcomes: readonly Outcome[]): string {
  return outcomes
    .flatMap(({ status, name, message = '', file, line, column }) => {
      if (status === 'passed') return [];
      const properties = Object.entries({ file, line, col: column, title: name })
        .filter(([, value]) => value !== undefined)
        .map(([key, value]) => `${key}=${escapedProperty(String(value))}`);
      return [`::${LEVELS[status]} ${properties.join(',')}::${escaped(message)}\n`];
    })
    .join('');
}

/** A command is one line; its message cannot hold line breaks as they are. */
function escaped(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function escapedProperty(text: string): string {
  return escaped(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
