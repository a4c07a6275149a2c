import { readFileSync } from 'node:fs';

/** The code of a program, or of a region of it, without what all its lines are indented by. */
export function codeOf(path, region) {
  const lines = readFileSync(path, 'utf8').trimEnd().split('\n');
  const isStart = (line) => line.trim().endsWith(`#region ${region}`);
  const start = region ? lines.findIndex(isStart) : -1;
  if (region && start === -1) throw new Error(`${path} has no region "${region}".`);
  const rest = lines.slice(start + 1);
  const end = region ? rest.findIndex((line) => line.trim().endsWith('#endregion')) : rest.length;
  if (end === -1) throw new Error(`Region "${region}" of ${path} does not end.`);
  const found = rest.slice(0, end);
  const indents = found.filter((line) => line !== '').map((line) => line.search(/\S/));
  return `${found.map((line) => line.slice(Math.min(...indents))).join('\n')}\n`;
}
