import { isJsonObject } from '../protocol/wire-message.ts';
import type { ShapeDifference } from './compare-exchanges.ts';
import type { Part, ResponseShape } from './shape-of.ts';

/** Where a block of a kind is not as the API has it; the second one where either has an error there. */
const BY_BLOCK: readonly (readonly [block: RegExp, own: string, error: string])[] = [
  [/^code_execution_tool_result$/, 'result.shape', 'result.error'],
  [/^bash_code_execution_tool_result$/, 'command.bash_result', 'command.bash_error'],
  [/^text_editor_code_execution_tool_result$/, 'command.edit_result', 'command.edit_error'],
  [/^web_/, 'web.nested', 'web.nested'],
  [/thinking$/, 'response.thinking', 'response.thinking'],
];

/** Wherever it stands. */
const BY_FIELD: readonly (readonly [path: RegExp, requirement: string])[] = [
  [/(?:^|\.)caller(?:\.|$)/, 'response.caller'],
  [/(?:^|[._])(?:id|request-id)$/, 'response.ids'],
];

const BY_PATH: readonly (readonly [path: RegExp, requirement: string])[] = [
  [/^ping$/, 'stream.ping'],
  [/container\.expires_at$/, 'container.expires_at'],
  [/(?:^|\.)usage(?:\.|$)/, 'usage.passes'],
  [/(?:^|\.)stop_\w+$/, 'response.stop_reasons'],
];

interface Sides {
  readonly api: ResponseShape;
  readonly fake: ResponseShape;
  /** The rule that the fake refused the request by. */
  readonly rule: string | undefined;
}

/** The row of `REQUIREMENTS` that a difference speaks against. */
export function requirementOf(
  { path, parts }: ShapeDifference,
  { api, fake, rule }: Sides,
): string {
  if (path === 'status' || path.startsWith('error.')) return rule ?? 'request.schema';
  if (path === 'content-type' && fake.status !== 200) return 'stream.errors_are_json';
  if (path.endsWith('container.id')) return 'container.identity';
  const byField = find(BY_FIELD, path);
  if (byField !== undefined) return byField;
  if (!parts && /^(?:event |content\.|body$)/.test(path)) {
    return requirementOfOrder(path, api, fake);
  }
  const ofBlock = parts && requirementOfBlock(parts);
  if (ofBlock !== undefined) return ofBlock;
  if (/(?:^|\.)container$/.test(path) && blocksOf(fake)[0] === 'code_execution_tool_result') {
    return 'response.container_on_completion';
  }
  return find(BY_PATH, path) ?? (fake.isStream ? 'stream.sampled' : 'response.keys');
}

function find(list: typeof BY_PATH, path: string): string | undefined {
  return list.find(([pattern]) => pattern.test(path))?.[1];
}

function requirementOfBlock(parts: readonly [Part, Part]): string | undefined {
  const [, own, error] = BY_BLOCK.find(([block]) => block.test(parts[1].block ?? '')) ?? [];
  const types = parts.map(({ data }) => resultTypeIn(data));
  if (types.some((type) => type.startsWith('encrypted_'))) return 'web.encrypted';
  return types.some((type) => type.endsWith('_error')) ? error : own;
}

/** The type of the content of a result block, alone or in the event that starts it. */
function resultTypeIn(data: unknown): string {
  const block = isJsonObject(data) ? (data['content_block'] ?? data) : undefined;
  const content = isJsonObject(block) ? block['content'] : undefined;
  return isJsonObject(content) ? String(content['type']) : '';
}

function requirementOfOrder(path: string, api: ResponseShape, fake: ResponseShape): string {
  if (path === 'body') return fake.isStream ? 'stream.sampled' : 'response.keys';
  const names = [api, fake].map(({ parts }) => parts.map(({ name }) => name));
  if (names.flat().includes('error')) return 'stream.mid_error';
  if (fake.isStream) {
    return names.every(isSampled) ? 'stream.sampled' : 'stream.resumed';
  }
  const [came, faked] = [blocksOf(api), blocksOf(fake)];
  if (isCalls(faked)) return isCalls(came) ? 'response.together' : 'response.paused';
  if (faked[0] === 'code_execution_tool_result') return 'response.completed';
  if (faked.some((block) => block.startsWith('web_'))) return 'web.nested';
  return came.includes('server_tool_use') ? 'response.parallel_cells' : 'response.keys';
}

/** Whether events start blocks one by one. */
function isSampled(names: readonly string[]): boolean {
  return names.some((name) => name.startsWith('content_block_start'));
}

function isCalls(blocks: readonly string[]): boolean {
  return blocks.length > 0 && blocks.every((block) => block === 'tool_use');
}

/** The types of the blocks of a response, in their order. */
function blocksOf({ parts }: ResponseShape): string[] {
  return [
    ...new Map(
      parts.flatMap(({ index, block }) => (block === undefined ? [] : [[index, block] as const])),
    ).values(),
  ];
}
