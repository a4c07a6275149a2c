import { resolveFragment, toPointer } from '../protocol/json-pointer.ts';
import type { ToolChange } from './compare-tools.ts';
import type { RecordedCall, RecordedTool } from './extract.ts';
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

/**
 * The change, worse where recorded code sends an argument that the tool takes no longer notice of: nothing fails, but it
 * cannot be told whether the tool does the same without it.
 */
export function withSent(change: ToolChange, { tools }: Pick<Known, 'tools'>): ToolChange {
  if (change.kind !== 'compatible' || change.rule !== 'input.property.narrowed') return change;
  const sent = callsOf(change, tools).filter(({ input }) => isSent(change, input));
  if (sent.length === 0) return change;
  return {
    ...change,
    kind: 'unknown',
    message: `${change.message}: it is sent, and ignored`,
    witness: sent[0]?.input,
  };
}

function isSent({ path }: ToolChange, input: unknown): boolean {
  return resolveFragment(input, `#${path}`) !== undefined;
}

function callsOf({ tool }: ToolChange, tools: readonly RecordedTool[]): readonly RecordedCall[] {
  return tools.find(({ contract }) => contract.name === tool)?.calls ?? [];
}

/** Where recorded code meets a change that may break it. */
export function placesOf(change: ToolChange, known: Known): Place[] {
  if (change.kind !== 'breaking' && change.kind !== 'unknown') return [];
  if (change.rule.startsWith('output.')) return needing(change, known);
  const calls = callsOf(change, known.tools);
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
  change: ToolChange,
  { contracts }: Known,
): (input: unknown) => string | undefined {
  const { kind, rule, tool } = change;
  if (kind === 'unknown' && rule === 'input.property.narrowed') {
    return (input) => (isSent(change, input) ? `sends ${change.path}` : undefined);
  }
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
