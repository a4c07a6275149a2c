import { toPointer } from '../protocol/json-pointer.ts';
import type { ToolChange } from './compare-tools.ts';
import type { RecordedTool } from './extract.ts';
import type { NeededKey } from './needed-keys.ts';
import { createValidator } from './schema/validator.ts';
import type { ToolContract } from './tool-contract.ts';

/** A line of recorded code. */
export interface Place {
  readonly file?: string | undefined;
  /** The id of the cell. */
  readonly cell: string;
  /** From 1; absent where the recording does not tell. */
  readonly line?: number | undefined;
  /** What happens there. */
  readonly message: string;
}

export interface NeededKeyInFile extends NeededKey {
  readonly file: string;
}

interface Known {
  readonly tools: readonly RecordedTool[];
  /** Files by the ids of the cells in them. */
  readonly files: ReadonlyMap<string, string>;
  readonly needs: readonly NeededKeyInFile[];
  /** Today's. */
  readonly contracts: readonly ToolContract[];
}

/** Where recorded code meets a change that may break it. */
export function placesOf(change: ToolChange, known: Known): Place[] {
  if (change.kind !== 'breaking' && change.kind !== 'unknown') return [];
  if (change.rule.startsWith('output.')) return needing(change, known);
  const calls = known.tools.find(({ contract }) => contract.name === change.tool)?.calls ?? [];
  const refuses = refusing(change, known);
  return unique(
    calls.flatMap(({ cell, line, input }) => {
      const message = refuses(input);
      return cell && message
        ? [{ file: known.files.get(cell.id), cell: cell.id, line, message }]
        : [];
    }),
  );
}

/** Says why today's tool refuses arguments; every call of a tool that is gone is refused. */
function refusing(
  { rule, tool }: ToolChange,
  { contracts }: Known,
): (input: unknown) => string | undefined {
  if (rule === 'tool.removed' || rule === 'tool.callers.narrowed') return () => 'calls it';
  const contract = contracts.find(({ name }) => name === tool);
  const validator = contract && createValidator(contract.input.schema);
  if (!validator || 'refused' in validator) return () => undefined;
  return (input) => {
    const [problem] = validator.problems(input);
    return problem && `${problem.path || 'the arguments'} ${problem.message}`;
  };
}

/** Lines that need what changed, or something in it. */
function needing({ tool, path }: ToolChange, { needs }: Known): Place[] {
  return unique(
    needs
      .filter((need) => need.tool === tool && `${need.path}/`.startsWith(`${path}/`))
      .map(({ file, cell, line, message, path }) => ({
        file,
        cell,
        line,
        message: `needs ${path}: without it, ${message}`,
      })),
  );
}

function unique(places: readonly Place[]): Place[] {
  const seen = new Map(places.map((place) => [toPointer([place.cell, place.line ?? 0]), place]));
  return [...seen.values()];
}
