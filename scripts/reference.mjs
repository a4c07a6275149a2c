#!/usr/bin/env node
/**
 * Writes the API reference, a page for each entry of the package, from its doc comments: `npm run reference`. It goes into
 * `docs/reference`, is made when the package is packed, and is not kept in the repository. Runs on the built files.
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Extractor, ExtractorLogLevel, ExtractorMessageCategory } from '@microsoft/api-extractor';
import { configOf, ENTRIES, ROOT } from './reference/declarations.mjs';
import { indexPage, referencePage } from './reference/page.mjs';

const folder = join(ROOT, 'docs/reference');

/** The declarations behind an entry of the package, as data. */
function readDeclarations(entry, temp) {
  const file = join(temp, 'api.json');
  const config = configOf(entry, {
    // What the main entry has need not be said again by those that build on it.
    docModel: { enabled: true, apiJsonFilePath: file, includeForgottenExports: entry.isMain },
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

const temp = mkdtempSync(join(tmpdir(), 'callsheet-reference-'));
rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
try {
  let count = 0;
  const pages = ENTRIES.flatMap((entry) => {
    const { name } = entry;
    const declarations = readDeclarations(entry, temp);
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
