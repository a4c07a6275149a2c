// `npm run bench -- NAME…` runs bench/NAME.bench.mjs; without names, all of them. Fails when one of them fails.
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const folder = new URL('.', import.meta.url);
const all = readdirSync(folder)
  .filter((name) => name.endsWith('.bench.mjs'))
  .map((name) => name.slice(0, -'.bench.mjs'.length));
const names = process.argv.slice(2).length > 0 ? process.argv.slice(2) : all;
const unknown = names.filter((name) => !all.includes(name));
if (unknown.length > 0) {
  console.error(`No benchmark "${unknown.join('", "')}". There are: ${all.join(', ')}.`);
  process.exit(2);
}
const failed = names.filter((name) => {
  const file = fileURLToPath(new URL(`${name}.bench.mjs`, folder));
  return spawnSync(process.execPath, [file], { stdio: 'inherit' }).status !== 0;
});
process.exit(failed.length > 0 ? 1 : 0);
