import { isJsonObject } from '../../protocol/wire-message.ts';
import { CASSETTE_VERSION } from './document.ts';

/** Makes a document of one version into one of the next. */
type Migration = (document: Record<string, unknown>) => Record<string, unknown>;

/**
 * The way from each older version to the next, by the version it starts from. A change of the format adds one here, and a
 * cassette of the old version to the fixtures.
 */
const MIGRATIONS: Readonly<Record<number, Migration>> = {};

/** What the `cassette` key of a document says; undefined when there is none. */
export function versionOf(document: unknown): unknown {
  return isJsonObject(document) ? document['cassette'] : undefined;
}

/** A document in today's version. Undefined when its version is none that was ever written. */
export function migrate(
  document: unknown,
  migrations: Readonly<Record<number, Migration>> = MIGRATIONS,
  current: number = CASSETTE_VERSION,
): unknown {
  let migrated = document;
  while (isJsonObject(migrated) && migrated['cassette'] !== current) {
    const migration = migrations[Number(migrated['cassette'])];
    if (!migration) return undefined;
    migrated = migration(migrated);
  }
  return migrated;
}
