#!/usr/bin/env node
/**
 * Holds what the package exports against the committed reports in `api/`: `npm run api`, and `npm run api -- --update` to
 * write them. A change of a report is a change of the API: it belongs into the same commit, and into a changeset.
 *
 * Exit code 1 when a report is not as committed. Runs on the built files.
 */
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Extractor, ExtractorLogLevel } from '@microsoft/api-extractor';
import { configOf, ENTRIES, ROOT } from './reference/declarations.mjs';

const { values } = parseArgs({ options: { update: { type: 'boolean', default: false } } });
const folder = join(ROOT, 'api');
const fileOf = ({ name }) => `${name.replaceAll('/', '-')}.api.md`;

// Everything exported is public; types that exports mention need not be exported themselves.
const silent = { logLevel: 'none', addToApiReportFile: false };
const messages = {
  extractorMessageReporting: {
    default: { logLevel: 'warning' },
    'ae-missing-release-tag': silent,
    'ae-forgotten-export': silent,
    'ae-undocumented': silent,
    'ae-unresolved-link': silent,
  },
  tsdocMessageReporting: { default: silent },
};

function apiReportOf(entry) {
  return {
    enabled: true,
    reportFolder: folder,
    reportTempFolder: join(ROOT, 'node_modules/.cache/api'),
    reportFileName: fileOf(entry),
  };
}

/** Holds an entry against its report, or writes it. Returns the entry's name when something is wrong. */
function report(entry) {
  const { apiReportChanged, errorCount, warningCount } = Extractor.invoke(
    configOf(entry, { apiReport: apiReportOf(entry), messages }),
    {
      localBuild: values.update,
      messageCallback: (message) => {
        // What matters is said once, at the end.
        message.handled = message.logLevel !== ExtractorLogLevel.Error;
      },
    },
  );
  // A report that had to be updated counts as a warning.
  const wrong = values.update ? errorCount > 0 : apiReportChanged || errorCount + warningCount > 0;
  return wrong ? [entry.name] : [];
}

mkdirSync(folder, { recursive: true });
const files = ENTRIES.map(fileOf);
for (const file of readdirSync(folder)) {
  if (values.update && !files.includes(file)) rmSync(join(folder, file));
}
const wrong = ENTRIES.flatMap(report);
console.log(
  wrong.length === 0
    ? `api: ${ENTRIES.length} entries as committed`
    : `api: not as committed: ${wrong.join(', ')}. If that is meant: npm run api -- --update`,
);
process.exitCode = wrong.length === 0 ? 0 : 1;
