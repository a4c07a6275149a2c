/** Versions of the code execution tool whose cells can call client tools, oldest first. */
export const TOOL_VERSIONS = [
  'code_execution_20250825',
  'code_execution_20260120',
  'code_execution_20260521',
] as const;
export type ToolVersion = (typeof TOOL_VERSIONS)[number];

/** Every version a request can declare: also the first, whose cells can call nothing. */
export const DECLARED_VERSIONS = ['code_execution_20250522', ...TOOL_VERSIONS] as const;
type DeclaredVersion = (typeof DECLARED_VERSIONS)[number];

/** What differs between versions of the code execution tool. */
export interface CodeExecutionRevision {
  /** `caller.type` of the calls its cells make. */
  readonly callerType: 'code_execution_20250825' | 'code_execution_20260120';
  /** Whether a cell sees the variables of earlier cells in its container. */
  readonly keepsState: boolean;
  /** What it is to Claude when code has no tools to call: the first version is Python alone, later ones have no Python then. */
  readonly withoutTools: 'cells' | 'commands';
  /** Whether cells have an `$OUTPUT_DIR`, as commands have in every version. */
  readonly filesOfCells: boolean;
  /** Whether results lack the blanks and newlines that a cell printed last. */
  readonly trimsOutput: boolean;
}

const LATER = { withoutTools: 'commands', filesOfCells: false, trimsOutput: false } as const;

const REVISIONS: Record<DeclaredVersion, CodeExecutionRevision> = {
  code_execution_20250522: {
    callerType: 'code_execution_20250825',
    keepsState: false,
    withoutTools: 'cells',
    filesOfCells: true,
    trimsOutput: true,
  },
  code_execution_20250825: { callerType: 'code_execution_20250825', keepsState: false, ...LATER },
  code_execution_20260120: { callerType: 'code_execution_20260120', keepsState: true, ...LATER },
  // Same runtime as 20260120; only its description tells the model about the cell's time limit.
  code_execution_20260521: { callerType: 'code_execution_20260120', keepsState: true, ...LATER },
};

/**
 * The revision a request asks for. A request may leave the tool out and still get cells when its tools name a code
 * caller (recorded February 2026); it is served as the 20260120 version.
 */
export function codeExecutionRevision(
  tools: readonly { readonly type: string }[],
): CodeExecutionRevision {
  const declared = tools.map(({ type }) => type).find(isDeclaredVersion);
  return REVISIONS[declared ?? 'code_execution_20260120'];
}

function isDeclaredVersion(type: string): type is DeclaredVersion {
  return DECLARED_VERSIONS.some((version) => version === type);
}

export function isToolVersion(type: unknown): type is ToolVersion {
  return TOOL_VERSIONS.some((version) => version === type);
}
