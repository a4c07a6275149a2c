import type { TranscriptEvent } from '../transcript/events.ts';
import { extractTools, resultValue, type RecordedCall } from './extract.ts';
import { createValidator, type SchemaProblem } from './schema/validator.ts';
import type { ToolContract, ValueContract } from './tool-contract.ts';

/** An argument or a result of a call that is not what the tool's contract says. */
export interface ContractBreach {
  readonly tool: string;
  /** What is wrong: the arguments or the result; `schema` where no value can be judged, for ajv refuses the schema. */
  readonly part: 'arguments' | 'result' | 'schema';
  /** JSON Pointer into it. */
  readonly path: string;
  /** The id of the cell that made the call; absent for a call by Claude itself. */
  readonly cell?: string | undefined;
  /** Line of the cell's code, from 1, as far as it can be told. */
  readonly line?: number | undefined;
  /** What is wrong, and where, in words. */
  readonly message: string;
}

/** Calls do not honour the contracts of their tools. Its message is that of the breaches. */
export class ContractBreachError extends Error {
  override readonly name = 'ContractBreachError';
  readonly code = 'contract.breached';
  readonly breaches: readonly ContractBreach[];

  constructor(breaches: readonly ContractBreach[]) {
    super(breaches.map(({ message }) => message).join('\n'));
    this.breaches = breaches;
  }
}

/**
 * Holds the arguments and the results of every call against the schemas of its tool. Results are judged as what their
 * JSON says, and only where a schema for them is known; those of failed calls are not.
 *
 * `contract` is what `readTools` makes of tools. By default it is what the requests declare; a schema that could only be
 * inferred from these very calls is not held against them. Calls of tools that the contract does not name are let be.
 */
export function checkContract(
  transcript: Iterable<TranscriptEvent>,
  contract?: readonly ToolContract[],
): ContractBreach[] {
  const { tools } = extractTools(transcript);
  const agreed = contract && new Map(contract.map((tool) => [tool.name, tool]));
  return tools.flatMap(({ contract: own, calls }) => {
    const { input, output } = agreed ? { ...agreed.get(own.name) } : declaredOnly(own);
    return [
      ...breachesOf('arguments', input, calls, (call) => [call.input]),
      ...breachesOf('result', output, calls, ({ result }) =>
        result === undefined ? [] : [resultValue(result)],
      ),
    ];
  });
}

/** Throws a `ContractBreachError` when arguments or results are not what `checkContract` expects. */
export function assertHonoursContract(
  transcript: Iterable<TranscriptEvent>,
  contract?: readonly ToolContract[],
): void {
  const breaches = checkContract(transcript, contract);
  if (breaches.length > 0) throw new ContractBreachError(breaches);
}

function declaredOnly({ input, output }: ToolContract): Partial<ToolContract> {
  return {
    ...(!input.inferred && { input }),
    ...(output && !output.inferred && { output }),
  };
}

function breachesOf(
  part: 'arguments' | 'result',
  values: ValueContract | undefined,
  calls: readonly RecordedCall[],
  valueOf: (call: RecordedCall) => unknown[],
): ContractBreach[] {
  const [first] = calls;
  if (!values || !first) return [];
  const validator = createValidator(values.schema);
  if ('refused' in validator) {
    const reason = `${first.tool}: the schema of its ${part} cannot be used: ${validator.refused}`;
    return [{ tool: first.tool, part: 'schema', path: '', message: reason }];
  }
  return calls.flatMap((call) =>
    valueOf(call)
      .flatMap((value) => validator.problems(value))
      .map((problem) => breachOf(part, call, problem, values.inferred)),
  );
}

function breachOf(
  part: 'arguments' | 'result',
  { tool, cell, line }: RecordedCall,
  { path, message }: SchemaProblem,
  inferred: boolean,
): ContractBreach {
  const caller = cell ? `cell ${cell.id}${line === undefined ? '' : `, line ${line}`}` : 'Claude';
  const source = inferred ? ' (the schema was inferred from samples)' : '';
  return {
    tool,
    part,
    path,
    ...(cell && { cell: cell.id, line }),
    message: `${tool}, called by ${caller}: ${part}${path && ` ${path}`}: ${message}${source}`,
  };
}
