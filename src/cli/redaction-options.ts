import { InvalidArgumentError, Option } from 'commander';
import { BUILT_IN_PATTERNS } from '../cassette/redaction/patterns.ts';
import type { RedactionOptions } from '../cassette/redaction/redact-text.ts';
import { UsageError } from './exit-codes.ts';
import { repeatable } from './repeatable.ts';

/** What every command that redacts, or looks for what should have been, can be told. */
export interface RedactionFlags {
  readonly redact: readonly string[];
  readonly redactPattern: Readonly<Record<string, RegExp>>;
  readonly keep: readonly string[];
}

export const REDACTION_HELP = `Kept out of the file: credentials in headers, keys and tokens by their looks, e-mail addresses, the values of environment
variables named with --redact, and what matches a --redact-pattern.`;

/** The options that say what is a secret. */
export function redactionOptions(): Option[] {
  return [
    repeatable('--redact <name>', 'an environment variable with a secret', 'none'),
    new Option(
      '--redact-pattern <name=regex>',
      'what secrets look like, and what to call them; may be repeated',
    )
      .argParser(collectPattern)
      .default({}, 'none'),
    new Option('--keep <name>', 'a built-in pattern not to redact; may be repeated')
      .argParser(collectKept)
      .default([], 'none'),
  ];
}

/** The secrets the flags speak of. Throws a `UsageError` when an environment variable is not set. */
export function redactionOf({ redact, redactPattern, keep }: RedactionFlags): RedactionOptions {
  const kept = keep.map((name) => [name, false] as const);
  return {
    secrets: redact.map(valueOf),
    patterns: { ...redactPattern, ...Object.fromEntries(kept) },
  };
}

function valueOf(name: string): string {
  const value = process.env[name];
  if (value) return value;
  throw new UsageError(`--redact: the environment variable ${name} is not set`);
}

function collectPattern(
  text: string,
  before: Readonly<Record<string, RegExp>>,
): Record<string, RegExp> {
  const [, name, source] = /^([a-z][a-z0-9-]*)=(.+)$/s.exec(text) ?? [];
  if (name === undefined || source === undefined) {
    throw new InvalidArgumentError('It is a name in small letters, "=" and a regular expression.');
  }
  try {
    return { ...before, [name]: new RegExp(source, 'u') };
  } catch (error) {
    throw new InvalidArgumentError(error instanceof Error ? `${error.message}.` : String(error));
  }
}

function collectKept(name: string, before: readonly string[]): string[] {
  if (Object.hasOwn(BUILT_IN_PATTERNS, name)) return [...before, name];
  const names = Object.keys(BUILT_IN_PATTERNS).join(', ');
  throw new InvalidArgumentError(`There are ${names}.`);
}
