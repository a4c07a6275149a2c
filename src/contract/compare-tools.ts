import {
  compareSchemas,
  type ChangeKind,
  type SchemaChange,
  type Side,
} from './compare-schemas.ts';
import type { JsonSchema } from './schema/document.ts';
import type { ToolContract } from './tool-contract.ts';

/** A rule about a tool as a whole. */
export type ToolRule =
  | 'tool.added'
  | 'tool.removed'
  | 'tool.description'
  | 'tool.callers.narrowed'
  | 'tool.callers.widened'
  | 'output.declared'
  | 'output.undeclared';

/** One difference between two versions of a tool. */
export interface ToolChange extends Omit<SchemaChange, 'rule'> {
  readonly tool: string;
  readonly rule: SchemaChange['rule'] | ToolRule;
}

/** Values seen in use, for the search for witnesses. */
export interface SeenValues {
  readonly inputs: readonly unknown[];
  readonly outputs: readonly unknown[];
}

export interface CompareToolsOptions {
  /** By name of the tool. */
  readonly seen?: ReadonlyMap<string, SeenValues> | undefined;
}

/** What changed between two versions of a list of tools, tool by tool in the order of the old list. */
export function compareTools(
  before: readonly ToolContract[],
  after: readonly ToolContract[],
  { seen }: CompareToolsOptions = {},
): ToolChange[] {
  const today = new Map(after.map((tool) => [tool.name, tool]));
  const known = new Set(before.map(({ name }) => name));
  return [
    ...before.flatMap((tool) => {
      const next = today.get(tool.name);
      if (!next) return [wholeTool(tool, 'breaking', 'tool.removed', 'the tool is gone')];
      return compareTool(tool, next, seen?.get(tool.name));
    }),
    ...after
      .filter(({ name }) => !known.has(name))
      .map((tool) => wholeTool(tool, 'compatible', 'tool.added', 'the tool is new')),
  ];
}

function compareTool(before: ToolContract, after: ToolContract, seen?: SeenValues): ToolChange[] {
  const changes = [
    ...compareSide('input', before.input.schema, after.input.schema, seen?.inputs),
    ...compareOutputs(before, after, seen?.outputs),
  ].map((change) => ({ tool: before.name, ...change }));
  const described =
    before.description === after.description
      ? []
      : [wholeTool(before, 'cosmetic', 'tool.description', 'the description changed')];
  return [...compareCallers(before, after), ...changes, ...described];
}

function compareSide(
  side: Side,
  before: JsonSchema,
  after: JsonSchema,
  seen: readonly unknown[] | undefined,
): SchemaChange[] {
  return compareSchemas(side, before, after, { seen });
}

/** A result that one version says nothing of cannot be compared. */
function compareOutputs(
  before: ToolContract,
  after: ToolContract,
  seen: readonly unknown[] | undefined,
): Omit<ToolChange, 'tool'>[] {
  if (before.output && after.output) {
    return compareSide('output', before.output.schema, after.output.schema, seen);
  }
  if (after.output) {
    return [
      {
        kind: 'compatible',
        rule: 'output.declared',
        path: '',
        message: 'results are described now',
      },
    ];
  }
  // A schema that came from samples was never promised.
  if (!before.output || before.output.inferred) return [];
  return [
    {
      kind: 'unknown',
      rule: 'output.undeclared',
      path: '',
      message: 'results are no longer described',
    },
  ];
}

/** A cell that runs has the functions of the tools it may call: one that is gone is a `NameError`. */
function compareCallers(before: ToolContract, after: ToolContract): ToolChange[] {
  const lost = before.callers.filter((caller) => !after.callers.includes(caller));
  const gained = after.callers.filter((caller) => !before.callers.includes(caller));
  return [
    ...(lost.length > 0
      ? [
          wholeTool(
            before,
            'breaking',
            'tool.callers.narrowed',
            `can no longer be called by ${lost.join(', ')}`,
          ),
        ]
      : []),
    ...(gained.length > 0
      ? [
          wholeTool(
            before,
            'compatible',
            'tool.callers.widened',
            `can now be called by ${gained.join(', ')} too`,
          ),
        ]
      : []),
  ];
}

function wholeTool(
  { name }: ToolContract,
  kind: ChangeKind,
  rule: ToolRule,
  message: string,
): ToolChange {
  return { tool: name, kind, rule, path: '', message };
}
