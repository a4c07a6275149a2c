import * as z from 'zod';
import { JsonObject } from '../protocol/json-object.ts';
import type { CheckReport } from './check-tools.ts';
import type { NeededKeyInFile } from './places.ts';
import type { ToolContract, ValueContract } from './tool-contract.ts';

/** The version of the format of contract files. */
const CONTRACT_VERSION = 1;

const Values = z.strictObject({
  schema: z
    .union([z.boolean(), JsonObject])
    .meta({ description: 'A JSON Schema of the 2020-12 dialect.' }),
  inferred: z
    .literal(true)
    .optional()
    .meta({ description: 'Made from samples: no tool declares it.' }),
});

/** What was agreed on about tools: a file to keep beside the recordings. */
export const ContractDocument = z.strictObject({
  $schema: z.string().optional(),
  contract: z.literal(CONTRACT_VERSION).meta({ description: 'The version of the format.' }),
  tools: z
    .array(
      z.strictObject({
        name: z.string(),
        description: z.string().optional(),
        callers: z.array(z.enum(['direct', 'code'])),
        input: Values.meta({ description: 'The arguments.' }),
        output: Values.optional().meta({
          description: 'The results. Text that is JSON is described as what it says.',
        }),
      }),
    )
    .meta({ description: 'The tools as they were agreed on.' }),
  needs: z
    .array(
      z.strictObject({
        tool: z.string(),
        path: z.string().meta({ description: 'JSON Pointer into the result, `*` for any item.' }),
        file: z.string(),
        cell: z.string(),
        line: z.int().optional(),
        message: z.string().meta({ description: 'What happens without the key.' }),
      }),
    )
    .optional()
    .meta({ description: 'Keys of results that recorded cells need.' }),
});
type ContractDocument = z.infer<typeof ContractDocument>;

/** A text that cannot be read as a contract file. */
export class ContractError extends Error {
  override readonly name = 'ContractError';
  readonly code = 'contract.broken';
}

/** What a contract file says. */
export interface AgreedContract {
  /** By name of the tool. */
  readonly accepted: ReadonlyMap<string, ToolContract>;
  readonly needs: readonly NeededKeyInFile[];
}

/** Reads a contract file. Throws a `ContractError` that names the file and the place in it. */
export function parseContract(text: string, file: string): AgreedContract {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new ContractError(`${file}: not valid JSON`, { cause: error });
  }
  const { data, error } = ContractDocument.safeParse(json);
  if (!data) {
    const [issue] = error.issues;
    throw new ContractError(
      `${file}: not a contract: \`${issue?.path.join('.')}\`: ${issue?.message}`,
    );
  }
  const tools = data.tools.map((tool): ToolContract => ({
    ...tool,
    input: valuesOf(tool.input),
    output: tool.output && valuesOf(tool.output),
  }));
  return { accepted: new Map(tools.map((tool) => [tool.name, tool])), needs: data.needs ?? [] };
}

/** What was found out, as the text of a contract file: agreed on from now on. */
export function formatContract({
  contracts,
  needs,
}: Pick<CheckReport, 'contracts' | 'needs'>): string {
  const document: ContractDocument = {
    $schema: './node_modules/callsheet/schemas/contract.schema.json',
    contract: CONTRACT_VERSION,
    tools: contracts.map(({ name, description, callers, input, output }) => ({
      name,
      description,
      callers: [...callers],
      input: written(input),
      output: output && written(output),
    })),
    needs: needs.map((need) => ({ ...need })),
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

function valuesOf({ schema, inferred }: z.infer<typeof Values>): ValueContract {
  return { schema, inferred: inferred === true };
}

function written({ schema, inferred }: ValueContract): z.infer<typeof Values> {
  return inferred ? { schema, inferred: true } : { schema };
}
