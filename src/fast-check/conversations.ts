import * as fc from 'fast-check';
import { ScenarioFile } from '../scenario/data/scenario-data.ts';
import { type Scenario, scenarioOf } from '../scenario/scenario.ts';
import { type Program, programs, REGIONS, writeProgram } from './programs.ts';

export interface ConversationOptions {
  /** How many user messages there are at most. Default: 3. */
  readonly maxTurns?: number | undefined;
}

/** Something Claude does in a drawn turn. */
type DrawnStep =
  | { readonly does: 'says' }
  | { readonly does: 'runs'; readonly program: Program }
  | { readonly does: 'calls'; readonly region: string }
  | { readonly does: 'pauses' };

const PLAIN = { noNullPrototype: true } as const;

const step: fc.Arbitrary<DrawnStep> = fc.oneof(
  { withCrossShrink: true },
  { weight: 1, arbitrary: fc.constant({ does: 'says' } as const) },
  { weight: 4, arbitrary: fc.record({ does: fc.constant('runs'), program: programs }, PLAIN) },
  { weight: 1, arbitrary: fc.constant({ does: 'pauses' } as const) },
  {
    weight: 1,
    arbitrary: fc.record(
      { does: fc.constant('calls'), region: fc.constantFrom(...REGIONS) },
      PLAIN,
    ),
  },
);

/** The tools of all drawn conversations: one that reads, one that writes. Texts have characters of several bytes. */
const TOOLS = {
  fetch_rows: {
    description: 'Fetches the sales of a region. Returns a JSON array of objects with `units`.',
    input_schema: {
      type: 'object',
      properties: { region: { type: 'string' } },
      required: ['region'],
    },
    allowed_callers: ['direct', 'code_execution_20260120'],
    answers: REGIONS.map((region, i) => ({
      with: { region },
      returns: [{ units: i + 1 }, { units: 10 * (i + 1) }],
    })),
  },
  save_total: {
    description: 'Saves the total of a report. Returns a receipt.',
    input_schema: {
      type: 'object',
      properties: { report: { type: 'string' }, total: { type: 'number' } },
      required: ['report', 'total'],
    },
    returns: 'saved ✓',
    writes: true,
  },
};

/**
 * Draws conversations as they may happen: Claude says something, runs programs that fetch, loop, gather, catch, keep
 * variables and files from cell to cell and save what they found, calls tools itself and pauses. The tools are
 * `fetch_rows` and `save_total`, each saying what it answers. They are plain data and can be written as YAML, and shrink to
 * few turns, steps and statements.
 */
export function conversations({ maxTurns = 3 }: ConversationOptions = {}): fc.Arbitrary<Scenario> {
  // With a `minLength` the last elements of an array would not shrink away.
  const turn = fc.array(step, { maxLength: 3 });
  return fc
    .array(turn, { maxLength: maxTurns })
    .map((turns) => writeScenario(turns.length > 0 ? turns : [[]]));
}

function writeScenario(turns: readonly (readonly DrawnStep[])[]): Scenario {
  let programs = 0;
  const write = (drawn: DrawnStep): object => {
    switch (drawn.does) {
      case 'says':
        return { says: 'Let me see…' };
      case 'pauses':
        return { pauses: true };
      case 'calls':
        return { calls: [{ call: 'fetch_rows', input: { region: drawn.region } }] };
      case 'runs':
        return { runs: writeProgram(drawn.program, ++programs) };
    }
  };
  return scenarioOf(
    ScenarioFile.parse({
      scenario: 'a drawn conversation',
      tools: TOOLS,
      turns: turns.map((steps, i) => ({
        user: `Question ${i + 1}`,
        claude: [...withoutEmptyPauses(steps).map(write), { says: `Answer ${i + 1}…` }],
      })),
    }),
  );
}

/** A response that pauses has something in it. */
function withoutEmptyPauses(steps: readonly DrawnStep[]): DrawnStep[] {
  return steps.filter(({ does }, i) => {
    const before = steps[i - 1]?.does;
    return does !== 'pauses' || before === 'says' || before === 'runs';
  });
}
