import {
  type Block,
  blocksOf,
  type Body,
  hasReplies,
  isCall,
  isCell,
  isCellResult,
  isReply,
} from './wire.ts';

/** What the next request of a correct agent says about the conversation: what operators need to know the rule. */
export interface Facts {
  /** What the last response left open: nothing, calls of a cell, direct calls, or the turn itself. */
  readonly open: 'nothing' | 'cell' | 'direct' | 'pause';
  /** Index of the last assistant message, -1 when there is none. */
  readonly latest: number;
  readonly calls: readonly Call[];
  readonly cells: readonly Cell[];
  /** Cells that have not ended: the one that waits, those in line, those beside direct calls or in a paused turn. */
  readonly unfinished: readonly Cell[];
  /** The cell whose calls wait for answers. */
  readonly waiting: Cell | undefined;
}

interface Call {
  readonly id: string;
  /** Index of the message it is in, and its place there. */
  readonly message: number;
  readonly position: number;
  /** The cell whose code made it; absent for a direct call. */
  readonly cell: string | undefined;
}

interface Cell {
  readonly id: string;
  readonly message: number;
  readonly position: number;
  /** Where its result is. */
  readonly result: Place | undefined;
  /** How many calls it has made so far. */
  readonly calls: number;
}

export interface Place {
  readonly message: number;
  readonly position: number;
}

export function factsOf({ messages }: Body): Facts {
  const placed = messages.flatMap((turn, message) =>
    blocksOf(turn).map((block, position) => ({ block, message, position })),
  );
  const calls = placed.flatMap(({ block, ...place }): Call[] =>
    isCall(block) ? [{ id: block.id!, ...place, cell: block.caller?.tool_id }] : [],
  );
  const cells = placed.flatMap(({ block, ...place }): Cell[] => {
    if (!isCell(block)) return [];
    const result = placed.find(
      (other) => isCellResult(other.block) && other.block.tool_use_id === block.id,
    );
    const made = calls.filter(({ cell }) => cell === block.id).length;
    const at = result && { message: result.message, position: result.position };
    return [{ id: block.id!, ...place, result: at, calls: made }];
  });
  const latest = messages.findLastIndex(({ role }) => role === 'assistant');
  const caller = calls.findLast(({ message }) => message === latest)?.cell;
  const last = messages.at(-1)!;
  const replies = hasReplies(last) ? (caller === undefined ? 'direct' : 'cell') : 'nothing';
  const open = last.role === 'assistant' ? 'pause' : replies;
  return {
    open,
    latest,
    calls,
    cells,
    unfinished: cells.filter(({ result }) => !result),
    waiting: open === 'cell' ? cells.find(({ id }) => id === caller) : undefined,
  };
}

/** Every block that a predicate picks, with its place. */
export function find(body: Body, pick: (block: Block) => boolean): (Place & { block: Block })[] {
  return body.messages.flatMap((turn, message) =>
    blocksOf(turn).flatMap((block, position) =>
      pick(block) ? [{ block, message, position }] : [],
    ),
  );
}

/** The results of the last message. */
export function replies(body: Body): Block[] {
  return blocksOf(body.messages.at(-1)!).filter(isReply);
}
