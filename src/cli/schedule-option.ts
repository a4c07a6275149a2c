import { readFileSync } from 'node:fs';
import { Option } from 'commander';
import { parseDocument } from 'yaml';
import { checkSchedule, type Schedule } from '../schedule/schedule.ts';
import { EXIT, UsageError } from './exit-codes.ts';

/** `--schedule`: what goes wrong, and when. */
export function scheduleOption(description: string): Option {
  return new Option('--schedule <file>', description).argParser(readSchedule);
}

/**
 * Reads a schedule in YAML or JSON: from a file, or from the text itself when that is a map in braces. Throws a
 * `UsageError`.
 */
export function readSchedule(given: string): Schedule {
  const isInline = given.trimStart().startsWith('{');
  const name = isInline ? '--schedule' : given;
  const document = parseDocument(isInline ? given : readFile(given));
  const [error] = document.errors;
  if (error) throw new UsageError(`${name}: not YAML: ${error.message}`);
  try {
    return checkSchedule(document.toJS() ?? {});
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new UsageError(`${name}: ${message}`);
  }
}

function readFile(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    throw new UsageError(`${file}: there is no such file, or it cannot be read.`, EXIT.invalid);
  }
}
