import { supportsProgrammaticCalls } from '../protocol/models.ts';

/** What is known of a model. Limits nobody has recorded are null, as the API's types allow. */
interface KnownModel {
  readonly id: string;
  readonly input: number | null;
  readonly output: number | null;
  /** The highest effort it can be asked for. */
  readonly effort: 'none' | 'high' | 'max';
  readonly thinking: readonly ('adaptive' | 'enabled')[];
  readonly structured: boolean;
}

const model = (
  id: string,
  [input, output]: readonly [number | null, number | null],
  effort: KnownModel['effort'],
  thinking: KnownModel['thinking'],
  structured = true,
): KnownModel => ({ id, input, output, effort, thinking, structured });

/** A model nobody has recorded yet: described like the newest recorded one, without its numbers. */
const newModel = (id: string): KnownModel => model(id, [null, null], 'max', ['adaptive']);

/** The models with code execution, newest first: as the SDK names them, and as listed in spring 2026. */
const MODELS: readonly KnownModel[] = [
  newModel('claude-fable-5-2'),
  newModel('claude-mythos-5-2'),
  newModel('claude-opus-5-5'),
  newModel('claude-sonnet-5-5'),
  newModel('claude-haiku-5-5'),
  newModel('claude-fable-5-1'),
  newModel('claude-mythos-5-1'),
  newModel('claude-fable-5'),
  newModel('claude-mythos-5'),
  newModel('claude-opus-5'),
  newModel('claude-sonnet-5'),
  newModel('claude-opus-4-8'),
  model('claude-opus-4-7', [1_000_000, 128_000], 'max', ['adaptive']),
  model('claude-sonnet-4-6', [1_000_000, 128_000], 'max', ['adaptive', 'enabled']),
  model('claude-opus-4-6', [1_000_000, 128_000], 'max', ['adaptive', 'enabled']),
  model('claude-opus-4-5-20251101', [200_000, 64_000], 'high', ['enabled']),
  model('claude-haiku-4-5-20251001', [200_000, 64_000], 'none', ['enabled']),
  model('claude-sonnet-4-5-20250929', [1_000_000, 64_000], 'none', ['enabled']),
  model('claude-opus-4-1-20250805', [200_000, 32_000], 'none', ['enabled']),
  model('claude-opus-4-20250514', [200_000, 32_000], 'none', ['enabled'], false),
  model('claude-sonnet-4-20250514', [1_000_000, 64_000], 'none', ['enabled'], false),
];

/** A model as the API describes it. */
export type ModelInfo = ReturnType<typeof describeModel>;

/** The models that exist, newest first; with a list of ids, just those, in the order of the list. */
export function listModels(ids: readonly string[] | undefined): ModelInfo[] {
  if (ids) return ids.map((id) => describeModel(known(id) ?? newModel(id)));
  return MODELS.map(describeModel);
}

/** The model of an id, or of an id without its date, as clients may write it. */
export function findModel(id: string, ids: readonly string[] | undefined): ModelInfo | undefined {
  const models = listModels(ids);
  return (
    models.find(({ id: each }) => each === id) ?? models.find((model) => undated(model.id) === id)
  );
}

function known(id: string): KnownModel | undefined {
  return MODELS.find(({ id: each }) => each === id);
}

function undated(id: string): string {
  return id.replace(/-\d{8}$/, '');
}

const is = (supported: boolean): { supported: boolean } => ({ supported });

/** `claude-opus-4-7` is Claude Opus 4.7, of the line `opus`. A model of the user's own is called by its id. */
function describeName(id: string): { display_name: string; line: string | null } {
  const [, line, version] = /^claude-([a-z]+)-([\d-]+)$/.exec(undated(id)) ?? [];
  if (!line || !version) return { display_name: id, line: null };
  const name = `${line[0]!.toUpperCase()}${line.slice(1)}`;
  return { display_name: `Claude ${name} ${version.replaceAll('-', '.')}`, line };
}

function describeModel({ id, input, output, effort, thinking, structured }: KnownModel) {
  const max = effort === 'max';
  const high = is(effort !== 'none');
  return {
    type: 'model' as const,
    id,
    ...describeName(id),
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
