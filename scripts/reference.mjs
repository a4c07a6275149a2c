#!/usr/bin/env node
/**
 * Writes the API reference, a page for each entry of the package, from its doc comments: `npm run reference`. It goes into
 * `docs/reference`, is made when the package is packed, and is not kept in the repository. Runs on the built files.
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  Extractor,
  ExtractorConfig,
  ExtractorLogLevel,
  ExtractorMessageCategory,
} from '@microsoft/api-extractor';
import { indexPage, referencePage } from './reference/page.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = join(root, 'docs/reference');

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

/** The declarations behind an entry of the package, as data. */
function readDeclarations({ types, isMain }, temp) {
  const file = join(temp, 'api.json');
  const config = ExtractorConfig.prepare({
    packageJsonFullPath: join(root, 'package.json'),
    configObjectFullPath: undefined,
    configObject: {
      projectFolder: root,
      mainEntryPointFilePath: join(root, types),
      compiler: { overrideTsconfig: { compilerOptions } },
      apiReport: { enabled: false },
      // What the main entry has need not be said again by those that build on it.
      docModel: { enabled: true, apiJsonFilePath: file, includeForgottenExports: isMain },
      dtsRollup: { enabled: false },
      tsdocMetadata: { enabled: false },
      newlineKind: 'lf',
    },
  });
  Extractor.invoke(config, {
    localBuild: true,
    messageCallback(message) {
      // Comments here are prose, without tags; what matters is that the declarations can be read.
      if (message.category === ExtractorMessageCategory.Compiler) return;
      message.logLevel = ExtractorLogLevel.None;
    },
  });
  return JSON.parse(readFileSync(file, 'utf8')).members[0].members;
}

const { exports } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const entries = Object.entries(exports).filter(([, { types } = {}]) => types !== undefined);
const temp = mkdtempSync(join(tmpdir(), 'callsheet-reference-'));
rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
try {
  let count = 0;
  const pages = entries.flatMap(([entry, { types }]) => {
    const name = entry.replace(/^\./, 'callsheet');
    const declarations = readDeclarations({ types, isMain: entry === '.' }, temp);
    if (declarations.length === 0) return [];
    const page = `${name.replaceAll('/', '-')}.md`;
    writeFileSync(join(folder, page), referencePage(name, declarations));
    count += declarations.length;
    return [{ name, page }];
  });
  writeFileSync(join(folder, 'README.md'), indexPage(pages));
  process.stdout.write(`reference: ${count} declarations on ${pages.length} pages\n`);
} finally {
  rmSync(temp, { recursive: true });
}
