import type { JsonObject } from './json-object.ts';
import type { WireBlock } from './wire-blocks.ts';
import { isJsonObject } from './wire-message.ts';

/** Blocks whose input the model writes. */
const TOOL_USES = ['tool_use', 'server_tool_use', 'mcp_tool_use'];

/** One block of a stream: what its `content_block_start` holds, and the deltas that complete it. */
export interface StreamedBlock {
  readonly start: WireBlock;
  readonly deltas: readonly JsonObject[];
}

/**
 * How a block is streamed. What the model writes comes in deltas: texts, thinking, the input of its tool calls. Results,
 * and calls made by code, come whole in `content_block_start`: nothing samples them (recorded December 2025 to August
 * 2026). So does any block of an unknown type.
 */
export function streamBlock(block: WireBlock, nextLength: () => number): StreamedBlock {
  if (block.type === 'text' && typeof block['text'] === 'string') {
    return streamText(block, block['text'], nextLength);
  }
  if (block.type === 'thinking' && typeof block['thinking'] === 'string') {
    return streamThinking(block, block['thinking'], nextLength);
  }
  if (block.type === 'compaction') return streamCompaction(block);
  const { input } = block;
  if (!TOOL_USES.includes(block.type) || isCalledByCode(block) || !isJsonObject(input)) {
    return { start: block, deltas: [] };
  }
  // The first delta of an input is always empty.
  const json = ['', ...pieces(JSON.stringify(input), nextLength)];
  return {
    start: { ...block, input: {} },
    deltas: json.map((partial_json) => ({ type: 'input_json_delta', partial_json })),
  };
}

function streamText(block: WireBlock, whole: string, nextLength: () => number): StreamedBlock {
  const texts = pieces(whole, nextLength).map((text) => ({ type: 'text_delta', text }));
  const { citations } = block;
  if (!Array.isArray(citations)) return { start: { ...block, text: '' }, deltas: texts };
  const cited = citations.map((citation: unknown) => ({ type: 'citations_delta', citation }));
  return { start: { ...block, text: '', citations: [] }, deltas: [...cited, ...texts] };
}

function streamThinking(block: WireBlock, whole: string, nextLength: () => number): StreamedBlock {
  const thoughts = pieces(whole, nextLength).map((thinking) => ({
    type: 'thinking_delta',
    thinking,
  }));
  const { signature } = block;
  const signed = typeof signature === 'string' && signature !== '';
  return {
    start: { ...block, thinking: '', ...(signed && { signature: '' }) },
    deltas: signed ? [...thoughts, { type: 'signature_delta', signature }] : thoughts,
  };
}

/** A compaction is one delta with the whole of it. */
function streamCompaction(block: WireBlock): StreamedBlock {
  const { content, encrypted_content, ...rest } = block;
  if (typeof content !== 'string') return { start: block, deltas: [] };
  const encrypted = encrypted_content === undefined ? {} : { encrypted_content };
  return {
    start: { ...rest, content: null },
    deltas: [{ type: 'compaction_delta', content, ...encrypted }],
  };
}

function isCalledByCode({ caller }: WireBlock): boolean {
  return isJsonObject(caller) && caller['type'] !== 'direct';
}

/** Cuts between code points, so that every piece is well-formed. */
function pieces(text: string, nextLength: () => number): string[] {
  // Without surrogates, as most texts are, every code unit is a character.
  const characters = /[\ud800-\udfff]/.test(text) ? Array.from(text) : text;
  const result: string[] = [];
  for (let i = 0; i < characters.length;) {
    const length = nextLength();
    const piece = characters.slice(i, i + length);
    result.push(typeof piece === 'string' ? piece : piece.join(''));
    i += length;
  }
  return result;
}
