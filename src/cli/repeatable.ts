import { Option } from 'commander';

/** An option that may be given several times. Its value is the list of what was given. */
export function repeatable(flags: string, description: string, otherwise: string): Option {
  return new Option(flags, `${description}; may be repeated`)
    .argParser((value: string, before: readonly string[]) => [...before, value])
    .default([], otherwise);
}
