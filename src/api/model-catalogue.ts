import { supportsProgrammaticCalls } from '../protocol/models.ts';

/** What is known of a model. Limits nobody has recorded are null, as the API's types allow. */
interface KnownModel {
  readonly id: string;
  readonly name: string;
  readonly line: 'fable' | 'haiku' | 'mythos' | 'opus' | 'sonnet';
  readonly input: number | null;
  readonly output: number | null;
  /** The highest effort it can be asked for. */
  readonly effort: 'none' | 'high' | 'max';
  readonly thinking: readonly ('adaptive' | 'enabled')[];
  readonly structured: boolean;
}

/** Limits and traits of models not recorded yet: those of the newest recorded one, without its numbers. */
const NEW = {
  input: null,
  output: null,
  effort: 'max',
  thinking: ['adaptive'],
  structured: true,
} as const;
const MILLION = 1_000_000;

/** The models with code execution, newest first: as listed in spring 2026, and as named by the SDK since. */
const MODELS: readonly KnownModel[] = [
  { id: 'claude-fable-5-2', name: 'Claude Fable 5.2', line: 'fable', ...NEW },
  { id: 'claude-mythos-5-2', name: 'Claude Mythos 5.2', line: 'mythos', ...NEW },
  { id: 'claude-opus-5-5', name: 'Claude Opus 5.5', line: 'opus', ...NEW },
  { id: 'claude-sonnet-5-5', name: 'Claude Sonnet 5.5', line: 'sonnet', ...NEW },
  { id: 'claude-haiku-5-5', name: 'Claude Haiku 5.5', line: 'haiku', ...NEW },
  { id: 'claude-fable-5-1', name: 'Claude Fable 5.1', line: 'fable', ...NEW },
  { id: 'claude-mythos-5-1', name: 'Claude Mythos 5.1', line: 'mythos', ...NEW },
  { id: 'claude-fable-5', name: 'Claude Fable 5', line: 'fable', ...NEW },
  { id: 'claude-mythos-5', name: 'Claude Mythos 5', line: 'mythos', ...NEW },
  { id: 'claude-opus-5', name: 'Claude Opus 5', line: 'opus', ...NEW },
  { id: 'claude-sonnet-5', name: 'Claude Sonnet 5', line: 'sonnet', ...NEW },
  { id: 'claude-opus-4-8', name: 'Claude Opus 4.8', line: 'opus', ...NEW },
  {
    ...{ id: 'claude-opus-4-7', name: 'Claude Opus 4.7', line: 'opus' },
    ...{ input: MILLION, output: 128_000, effort: 'max', thinking: ['adaptive'], structured: true },
  },
  {
    ...{ id: 'claude-sonnet-4-6', name: 'Claude Sonnet 4.6', line: 'sonnet' },
    ...{ input: MILLION, output: 128_000, effort: 'max', structured: true },
    thinking: ['adaptive', 'enabled'],
  },
  {
    ...{ id: 'claude-opus-4-6', name: 'Claude Opus 4.6', line: 'opus' },
    ...{ input: MILLION, output: 128_000, effort: 'max', structured: true },
    thinking: ['adaptive', 'enabled'],
  },
  {
    ...{ id: 'claude-opus-4-5-20251101', name: 'Claude Opus 4.5', line: 'opus' },
    ...{ input: 200_000, output: 64_000, effort: 'high', thinking: ['enabled'], structured: true },
  },
  {
    ...{ id: 'claude-haiku-4-5-20251001', name: 'Claude Haiku 4.5', line: 'haiku' },
    ...{ input: 200_000, output: 64_000, effort: 'none', thinking: ['enabled'], structured: true },
  },
  {
    ...{ id: 'claude-sonnet-4-5-20250929', name: 'Claude Sonnet 4.5', line: 'sonnet' },
    ...{ input: MILLION, output: 64_000, effort: 'none', thinking: ['enabled'], structured: true },
  },
  {
    ...{ id: 'claude-opus-4-1-20250805', name: 'Claude Opus 4.1', line: 'opus' },
    ...{ input: 200_000, output: 32_000, effort: 'none', thinking: ['enabled'], structured: true },
  },
  {
    ...{ id: 'claude-opus-4-20250514', name: 'Claude Opus 4', line: 'opus' },
    ...{ input: 200_000, output: 32_000, effort: 'none', thinking: ['enabled'], structured: false },
  },
  {
    ...{ id: 'claude-sonnet-4-20250514', name: 'Claude Sonnet 4', line: 'sonnet' },
    ...{ input: MILLION, output: 64_000, effort: 'none', thinking: ['enabled'], structured: false },
  },
];

/** A model as the API describes it. */
export type ModelInfo = ReturnType<typeof describeModel>;

/** The models that exist, newest first; with a list of ids, just those, in the order of the list. */
export function listModels(ids: readonly string[] | undefined): ModelInfo[] {
  if (ids) return ids.map((id) => describeModel(known(id) ?? unknown(id)));
  return MODELS.map((model) => describeModel(model));
}

/** The model of an id, or of an id without its date, as clients may write it. */
export function findModel(id: string, ids: readonly string[] | undefined): ModelInfo | undefined {
  const models = listModels(ids);
  return (
    models.find((model) => model.id === id) ?? models.find((model) => undated(model.id) === id)
  );
}

function known(id: string): KnownModel | undefined {
  return MODELS.find((model) => model.id === id);
}

/** A model of the user's own, described like the newest. */
function unknown(id: string): Omit<KnownModel, 'line'> {
  return { id, name: id, ...NEW };
}

function undated(id: string): string {
  return id.replace(/-\d{8}$/, '');
}

const is = (supported: boolean): { supported: boolean } => ({ supported });

function describeModel(model: Omit<KnownModel, 'line'> & Partial<Pick<KnownModel, 'line'>>) {
  const { id, name, line = null, input, output, effort, thinking, structured } = model;
  const max = effort === 'max';
  const high = is(effort !== 'none');
  return {
    type: 'model' as const,
    id,
    display_name: name,
    line,
    lifecycle: 'active' as const,
    // The API writes the epoch where it does not say when a model was released.
    created_at: '1970-01-01T00:00:00Z',
    deprecated_at: null,
    retires_at: null,
    max_input_tokens: input,
    max_tokens: output,
    capabilities: {
      batch: is(true),
      citations: is(true),
      // Whether code can call tools. The tool itself is among the server tools.
      code_execution: is(supportsProgrammaticCalls(id)),
      context_management: {
        supported: true,
        clear_thinking_20251015: is(true),
        clear_tool_uses_20250919: is(true),
        compact_20260112: is(max),
      },
      effort: { ...high, low: high, medium: high, high, xhigh: null, max: is(max) },
      image_input: is(true),
      pdf_input: is(true),
      server_tools: { supported: true, code_execution: is(true), web_search: is(true) },
      structured_outputs: is(structured),
      thinking: {
        supported: true,
        types: {
          adaptive: is(thinking.includes('adaptive')),
          between_tools: is(false),
          disabled: is(true),
          enabled: is(thinking.includes('enabled')),
        },
      },
    },
  };
}
