import { Buffer } from 'node:buffer';
import type { ContainerFile } from '../protocol/container-tools.ts';
import type { EventInput } from '../transcript/events.ts';
import type { IdSource } from '../transcript/ids.ts';

/** A file the Files API knows: uploaded by the client, or left by code in its `$OUTPUT_DIR`. */
export interface StoredFile {
  readonly id: string;
  readonly name: string;
  /** What the client said when it uploaded it. Default: what the name says. */
  readonly mimeType?: string | undefined;
  readonly bytes: Uint8Array;
  /** RFC 3339. */
  readonly createdAt: string;
  readonly expiresAt?: string | undefined;
  /** Only what code made can be downloaded. */
  readonly downloadable: boolean;
}

/** The files of one fake by their ids, whichever session made them, in the order they came. */
export type FileStore = Map<string, StoredFile>;

/** Takes the files that a command or a cell left in its `$OUTPUT_DIR`. Returns their ids. */
export type CaptureFiles = (source: string, files: readonly ContainerFile[]) => string[];

export function createFileCapture({
  ids,
  store,
  record,
  now,
}: {
  readonly ids: IdSource;
  readonly store: FileStore;
  readonly record: (event: EventInput) => void;
  /** The time as the API writes it. */
  readonly now: () => string;
}): CaptureFiles {
  return (source, files) =>
    files.map(({ name, bytes }) => {
      const file = ids.next('file');
      const data = Buffer.from(bytes).toString('base64');
      record({ type: 'file.captured', file, source, name, data });
      store.set(file, { id: file, name, bytes, createdAt: now(), downloadable: true });
      return file;
    });
}
