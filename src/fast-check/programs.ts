import * as fc from 'fast-check';

/** What the tools of drawn conversations are about. */
export const REGIONS = ['north', 'south', 'west'] as const;

/** One thing a drawn program does. */
type Statement =
  | { readonly does: 'fetches'; readonly region: string }
  | { readonly does: 'loops'; readonly regions: readonly string[] }
  | { readonly does: 'gathers'; readonly regions: readonly string[] }
  | { readonly does: 'guards'; readonly region: string }
  | { readonly does: 'defines'; readonly region: string }
  | { readonly does: 'saves' }
  | { readonly does: 'remembers' }
  | { readonly does: 'files' }
  | { readonly does: 'sleeps'; readonly seconds: number };

/** A drawn program: statements about regions, written out as Claude would. */
export type Program = readonly Statement[];

const region = fc.constantFrom(...REGIONS);
const regions = fc.uniqueArray(region, { minLength: 1 });
const PLAIN = { noNullPrototype: true } as const;

const statement: fc.Arbitrary<Statement> = fc.oneof(
  { withCrossShrink: true },
  fc.record({ does: fc.constant('fetches'), region }, PLAIN),
  fc.record({ does: fc.constant('loops'), regions }, PLAIN),
  fc.record({ does: fc.constant('gathers'), regions }, PLAIN),
  fc.record({ does: fc.constant('guards'), region }, PLAIN),
  fc.record({ does: fc.constant('defines'), region }, PLAIN),
  fc.constant({ does: 'saves' } as const),
  fc.constant({ does: 'remembers' } as const),
  fc.constant({ does: 'files' } as const),
  fc.record({ does: fc.constant('sleeps'), seconds: fc.integer({ min: 1, max: 30 }) }, PLAIN),
);

export const programs: fc.Arbitrary<Program> = fc.array(statement, { maxLength: 4 });

const PREAMBLE = `import asyncio, json, os

def units(text):
    return sum(row["units"] for row in json.loads(text))

total = globals().get("total", 0)`;

/** The program as Python. It ends without an error when its tools answer. `number` tells it from the others. */
export function writeProgram(program: Program, number: number): string {
  const parts = program.map((each, i) => write(each, `${number}.${i + 1}`));
  return [PREAMBLE, ...parts, 'print(total)'].join('\n');
}

function write(statement: Statement, key: string): string {
  switch (statement.does) {
    case 'fetches':
      return `total += units(await fetch_rows({"region": "${statement.region}"}))`;
    case 'loops':
      return `for region in ${JSON.stringify(statement.regions)}:
    total += units(await fetch_rows({"region": region}))`;
    case 'gathers':
      return `answers = await asyncio.gather(*[fetch_rows({"region": region}) for region in ${JSON.stringify(statement.regions)}])
total += sum(map(units, answers))`;
    case 'guards':
      return `try:
    total += units(await asyncio.wait_for(fetch_rows({"region": "${statement.region}"}), 60))
except Exception as error:
    print("without ${statement.region}:", type(error).__name__)`;
    case 'defines':
      return `async def share(region):
    return units(await fetch_rows({"region": region})) / max(total, 1)
print(round(await share("${statement.region}"), 2))`;
    case 'saves':
      return `print(await save_total({"report": "${key}", "total": total}))`;
    case 'remembers':
      return `history = globals().get("history", []) + [total]
print(history)`;
    case 'files':
      return `with open("totals.txt", "a") as file:
    file.write(f"{total}\\n")
print(os.path.getsize("totals.txt"))`;
    case 'sleeps':
      return `await asyncio.sleep(${statement.seconds})`;
  }
}
