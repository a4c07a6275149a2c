/**
 * What `npm run verify` runs, one row a leg. `command` follows `node`; `figure` finds in what it prints the figures of the
 * table (the last of each); `env` is added to the environment; `needs` is a folder without which the leg is skipped.
 */

const RECORDINGS = '../shared/recordings';
/** Tests with more runs than usual take as long as they take. */
const vitest = (...files) => [
  'node_modules/vitest/vitest.mjs',
  'run',
  '--test-timeout=3600000',
  ...files,
];

export const LEGS = [
  {
    name: 'fidelity',
    command: ['scripts/fidelity.mjs', `${RECORDINGS}/cells.jsonl`],
    figure: [/^fidelity: (.*)$/m],
    needs: RECORDINGS,
  },
  {
    name: 'conformance',
    command: ['scripts/conformance.mjs', RECORDINGS],
    figure: [/^conformance: (\d+ files).*?(\d+ differences)$/m],
    needs: RECORDINGS,
  },
  { name: 'docs', command: ['scripts/docs.mjs', '--check'], figure: [/^docs: (.*)$/m] },
  { name: 'reference', command: ['scripts/reference.mjs'], figure: [/^reference: (.*)$/m] },
  {
    name: 'recordings',
    command: ['scripts/replay-recordings.mjs', RECORDINGS],
    figure: [/^replayed: (.*)$/m],
    needs: RECORDINGS,
  },
  { name: 'loss table', command: ['scripts/loss-table.mjs'], figure: [/^loss table: (.*)$/m] },
  { name: 'api', command: ['scripts/api-report.mjs'], figure: [/^api: (.*)$/m] },
  { name: 'scoreboard', command: ['scripts/scoreboard.mjs'], figure: [/^(\d+ rows: .*)$/m] },
  { name: 'examples', command: ['scripts/examples.mjs'], figure: [/^examples: (.*)$/m] },
  {
    name: 'package',
    command: ['scripts/package-leg.mjs'],
    figure: [/^package: passed: alone: (.*)$/m, /^package: (\w+): (Node v[\d.]+)/gm],
  },
  { name: 'peers', command: ['scripts/peers-leg.mjs'], figure: [/^peers: (\w+)/gm] },
  {
    name: 'mutation',
    command: vitest('test/mutation'),
    env: { MUTATION_RUNS: '10000' },
    figure: [/^(\d+ of \d+ agreed: .*)$/m],
  },
  {
    name: 'property',
    command: vitest('test/fast-check'),
    env: { PROPERTY_SEEDS: '10' },
    figure: [/Tests +(\d+ passed)/],
  },
  {
    name: 'algebra',
    command: vitest('src/scenario/calls/algebra.test.ts'),
    env: { ALGEBRA_RUNS: '6000' },
    figure: [/Tests +(\d+ passed)/],
  },
  {
    name: 'contracts',
    command: vitest('test/contract/containment.test.ts', 'test/contract/cannot-tell.test.ts'),
    env: { CONTRACT_RUNS: '10000' },
    figure: [/^(\d+ of \d+ compatible edits)/m, /\(([\d.]+ %)\) (it cannot be told)/m],
  },
  {
    name: 'bug classes',
    command: vitest('test/bug-classes', '--reporter=./test/bug-classes/reporter.ts'),
    figure: [/^(\d+ of \d+ caught, \d+ of \d+ twins accused)$/m],
  },
  {
    name: 'published bugs',
    command: ['scripts/published-bugs.mjs'],
    figure: [/^published bugs: (.*)$/m],
  },
  { name: 'histories', command: ['scripts/tool-histories.mjs'], figure: [/^histories: (.*)$/m] },
  {
    name: 'killed recorder',
    command: vitest('test/record/killed.test.ts'),
    env: { KILL_RUNS: '100' },
    figure: [/^(killed \d+ recordings, .*)$/m],
  },
  {
    name: 'calls',
    command: vitest('src/scenario/calls'),
    env: { ALGEBRA_RUNS: '20000' },
    figure: [/Tests +(\d+ passed)/],
  },
  {
    name: 'cassettes',
    command: vitest('src/cassette/read-cassette.test.ts'),
    env: { CASSETTE_RUNS: '2000' },
    figure: [/Tests +(\d+ passed)/],
  },
  {
    name: 'secrets',
    command: vitest('test/record/secrets.test.ts', 'src/cassette/redaction'),
    env: { REDACTION_RUNS: '1000' },
    figure: [/Tests +(\d+ passed)/],
  },
  {
    name: 'sandbox',
    command: ['scripts/soak-sandbox.mjs'],
    figure: [/^rewinds: (.*)$/m, /^sandbox soak: (.*)$/m],
  },
  {
    name: 'server',
    command: ['scripts/soak-server.mjs', '--seconds', '300'],
    figure: [/^server soak: (.*)$/m],
  },
  { name: 'bench', command: ['bench/run.mjs'], figure: [/(\d+ of \d+ gates hold)/g] },
];
