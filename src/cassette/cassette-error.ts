/**
 * - `cassette.unknown`: the text is no cassette.
 * - `cassette.version`: it was written by a later version of callsheet.
 * - `cassette.cut`: its last exchange is not whole.
 * - `cassette.broken`: an exchange in it says something it cannot say.
 */
export type CassetteErrorCode =
  | 'cassette.unknown'
  | 'cassette.version'
  | 'cassette.cut'
  | 'cassette.broken';

/** A text that cannot be read as a cassette. Lines count from 1. */
export class CassetteError extends Error {
  override readonly name = 'CassetteError';
  readonly code: CassetteErrorCode;
  /** Why, without the place. */
  readonly reason: string;
  readonly file: string | undefined;
  readonly line: number | undefined;

  constructor(
    code: CassetteErrorCode,
    reason: string,
    place: { readonly file?: string | undefined; readonly line?: number | undefined } = {},
  ) {
    const { file, line } = place;
    const where = [file ?? 'cassette', line].filter((part) => part !== undefined).join(':');
    super(`${where}: ${reason}`);
    this.code = code;
    this.reason = reason;
    this.file = file;
    this.line = line;
  }
}
