/** The declarations that the package exports, as API Extractor reads them. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ExtractorConfig } from '@microsoft/api-extractor';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const packageJsonFullPath = join(ROOT, 'package.json');
const { exports } = JSON.parse(readFileSync(packageJsonFullPath, 'utf8'));

/** Entries of the package that have types, by the name they are imported by. */
export const ENTRIES = Object.entries(exports).flatMap(([path, { types } = {}]) =>
  types === undefined
    ? []
    : [{ name: path.replace(/^\./, 'callsheet'), types, isMain: path === '.' }],
);

/** What the compiler has to know to read the declarations; everything else is said by them. */
const compilerOptions = {
  target: 'es2023',
  lib: ['es2023', 'dom', 'esnext.disposable'],
  module: 'nodenext',
  moduleResolution: 'nodenext',
  strict: true,
  skipLibCheck: true,
  types: ['node'],
};

/** How to read an entry; `outputs` says what is made of it, which is nothing by default. */
export function configOf({ types }, outputs) {
  return ExtractorConfig.prepare({
    packageJsonFullPath,
    configObjectFullPath: undefined,
    configObject: {
      projectFolder: ROOT,
      mainEntryPointFilePath: join(ROOT, types),
      compiler: { overrideTsconfig: { compilerOptions } },
      apiReport: { enabled: false },
      docModel: { enabled: false },
      dtsRollup: { enabled: false },
      tsdocMetadata: { enabled: false },
      newlineKind: 'lf',
      ...outputs,
    },
  });
}
