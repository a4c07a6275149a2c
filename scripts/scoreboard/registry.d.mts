/** The types of what tests use of `registry.mjs`. */
export class SkipError extends Error {
  readonly fails: boolean;
}
export function notHere(what: string): SkipError;
export function runQuietly(command: readonly string[]): {
  readonly ok: boolean;
  readonly said: string | undefined;
};
export function install(
  command: readonly string[],
  options: { readonly cwd?: string; readonly probe: readonly string[] },
): void;
