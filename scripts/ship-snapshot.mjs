#!/usr/bin/env node
/** Puts Python's memory snapshot into the built package, for `npm pack` and `npm publish`. Runs on the built files. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { interpreterVersion, loadAssets } from '../dist/sandbox/assets.js';
import { readShippedSnapshot, shipSnapshot } from '../dist/sandbox/shipped-snapshot.js';

const key = interpreterVersion();
if (!(await readShippedSnapshot(key))) {
  // An empty cache: what is shipped is built here.
  const cache = mkdtempSync(join(tmpdir(), 'callsheet-snapshot-'));
  try {
    const { snapshot } = await loadAssets(cache);
    const size = await shipSnapshot(key, snapshot);
    console.error(
      `snapshot: ${(snapshot.length / 1e6).toFixed(1)} MB, packed ${(size / 1e6).toFixed(1)} MB`,
    );
  } finally {
    rmSync(cache, { recursive: true, force: true });
  }
}
