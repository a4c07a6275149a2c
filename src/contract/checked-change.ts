import type { ToolChange } from './compare-tools.ts';
import type { Place } from './places.ts';

/** A change of a tool, or of what a recorded cell does with it, and where recorded code meets it. */
export interface CheckedChange extends Omit<ToolChange, 'rule'> {
  readonly rule:
    | ToolChange['rule']
    | 'cell.failed'
    | 'cell.printed'
    | 'result.error'
    | 'result.value';
  readonly places: readonly Place[];
}
