export {
  assertHonoursContract,
  checkContract,
  ContractBreachError,
  type ContractBreach,
} from './check-contract.ts';
export { checkTools, type CheckOptions, type CheckReport, type Recording } from './check-tools.ts';
export type { CheckedChange } from './checked-change.ts';
export {
  compareSchemas,
  type ChangeKind,
  type CompareSchemasOptions,
  type SchemaChange,
  type Side,
} from './compare-schemas.ts';
export {
  compareTools,
  type CompareToolsOptions,
  type SeenValues,
  type ToolChange,
  type ToolRule,
} from './compare-tools.ts';
export {
  extractTools,
  type RecordedCall,
  type RecordedCell,
  type RecordedTool,
  type RecordedTools,
} from './extract.ts';
export type { ComparedCall, SameResult } from './compare-results.ts';
export {
  ContractError,
  formatContract,
  parseContract,
  type AgreedContract,
} from './contract-document.ts';
export type { LintFinding } from './lint-rules.ts';
export { lintTools, type LintOptions } from './lint-tools.ts';
export { inferSchema } from './infer-schema.ts';
export type { NeededKey } from './needed-keys.ts';
export type { NeededKeyInFile, Place } from './places.ts';
export type { CellDifference, PlacedCall } from './compare-cells.ts';
export {
  assertReruns,
  describeRerun,
  rerunCells,
  RerunError,
  type RerunCell,
  type RerunCellsOptions,
} from './rerun-cells.ts';
export { readTodaysTools, type TodaysTool } from './todays-tools.ts';
export {
  readTool,
  readTools,
  type ToolCaller,
  type ToolContract,
  type ValueContract,
} from './tool-contract.ts';
export type { JsonSchema } from './schema/document.ts';
export type { ObstacleRule } from './schema/obstacle.ts';
