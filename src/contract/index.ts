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
  readTool,
  readTools,
  type OutputContract,
  type ToolCaller,
  type ToolContract,
} from './tool-contract.ts';
export type { JsonSchema } from './schema/document.ts';
export type { ObstacleRule } from './schema/obstacle.ts';
