// `npm run bench -- NAME…` runs bench/NAME.bench.mjs; without names, all of them. Fails when a gate does not hold.
import { readdirSync } from 'node:fs';

const all = readdirSync(new URL('.', import.meta.url))
  .filter((name) => name.endsWith('.bench.mjs'))
  .map((name) => name.slice(0, -'.bench.mjs'.length));
const names = process.argv.slice(2).length > 0 ? process.argv.slice(2) : all;
let failed = 0;
for (const name of names) {
  if (!all.includes(name)) {
    console.error(`No benchmark "${name}". There are: ${all.join(', ')}.`);
    process.exit(2);
  }
  const { run } = await import(`./${name}.bench.mjs`);
  failed += await run();
}
process.exit(failed > 0 ? 1 : 0);
