/** Versions of the code execution tool whose cells can call client tools, oldest first. */
export const TOOL_VERSIONS = [
  'code_execution_20250825',
  'code_execution_20260120',
  'code_execution_20260521',
] as const;
export type ToolVersion = (typeof TOOL_VERSIONS)[number];

/** What differs between versions of the code execution tool. */
export interface CodeExecutionRevision {
  /** `caller.type` of the calls its cells make. */
  readonly callerType: 'code_execution_20250825' | 'code_execution_20260120';
  /** Whether a cell sees the variables of earlier cells in its container. */
  readonly keepsState: boolean;
}

export const CODE_EXECUTION_REVISIONS: Record<ToolVersion, CodeExecutionRevision> = {
  code_execution_20250825: { callerType: 'code_execution_20250825', keepsState: false },
  code_execution_20260120: { callerType: 'code_execution_20260120', keepsState: true },
  // Same runtime as 20260120; only its description tells the model about the cell's time limit.
  code_execution_20260521: { callerType: 'code_execution_20260120', keepsState: true },
};
