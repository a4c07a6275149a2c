import { readFileSync, writeFileSync } from 'node:fs';
import { CassetteError, type CassetteErrorCode } from '../cassette/cassette-error.ts';
import { RecordingError } from '../cassette/import/recording.ts';
import { type AnyRecording, readAnyRecording } from '../cassette/read-any-recording.ts';
import { type Cassette, readCassette } from '../cassette/read-cassette.ts';
import { EXIT, type ExitCode, UsageError } from './exit-codes.ts';

const EXIT_CODES: Record<CassetteErrorCode, ExitCode> = {
  'cassette.cut': EXIT.cut,
  'cassette.version': EXIT.version,
  'cassette.unknown': EXIT.unknown,
  'cassette.broken': EXIT.unknown,
};

/** The text of a file. Throws a `UsageError` when it cannot be read. */
export function readText(file: string): string {
  return reaching(file, () => readFileSync(file, 'utf8'));
}

/** A cassette. Throws a `UsageError` when it is none, is cut, or cannot be read. */
export function loadCassette(file: string): Cassette {
  const text = readText(file);
  return reaching(file, () => readCassette(text, { file }));
}

/** A cassette, or else a recording of another tool. Throws a `UsageError` when it is neither or cannot be read. */
export function loadExchanges(file: string): AnyRecording {
  const text = readText(file);
  return reaching(file, () => readAnyRecording(text, { file }));
}

/** Makes an empty file. Throws a `UsageError` when it is there already. */
export function createFile(file: string): void {
  reaching(file, () => writeFileSync(file, '', { flag: 'wx' }));
}

const FAILURES: Record<string, string> = {
  EEXIST: 'it is there already; remove it, or choose another name',
  ENOENT: 'no such file or folder',
  ENOTDIR: 'no such folder',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EROFS: 'the file system is read-only',
  EISDIR: 'a folder, not a file',
  ENOSPC: 'the disk is full',
};

/** Does something to a file. Throws a `UsageError` when the system does not let it, or the file is not what it should be. */
export function reaching<T>(file: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    if (error instanceof CassetteError) {
      throw new UsageError(error.message, EXIT_CODES[error.code]);
    }
    if (error instanceof RecordingError) {
      throw new UsageError(`${file}: ${error.reason}`, EXIT.unknown);
    }
    if (!(error instanceof Error) || !('code' in error)) throw error;
    const { code } = error;
    const reason = FAILURES[String(code)] ?? String(code);
    const exitCode = code === 'EEXIST' ? EXIT.invalid : EXIT.unreadable;
    throw new UsageError(`${file}: ${reason}`, exitCode);
  }
}
