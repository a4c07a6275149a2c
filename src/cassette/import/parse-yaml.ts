import { parseAllDocuments, type ScalarTag, type Tags } from 'yaml';
import { RecordingError } from './recording.ts';

/** A key no other YAML file is likely to have at its start. */
const RECORDING_KEY = /^(?:interactions|http_interactions|when|then)\s*:/m;
/** In YAML 1.1 a number with an exponent has a point and the exponent a sign. */
const SIGNED_EXPONENT = /^[-+]?(?:\.[0-9]+|[0-9]+\.[0-9]*)[eE][-+][0-9]+$/;

/**
 * The documents of a YAML text. Throws when a text that looks like a recording is no valid YAML; any other text that is
 * none gives no documents.
 */
export function parseYaml(text: string): unknown[] {
  const documents = parseAllDocuments(text, { customTags: asRecorded, logLevel: 'silent' });
  const error = documents.flatMap(({ errors }) => errors)[0];
  if (error) {
    if (!RECORDING_KEY.test(text)) return [];
    const reason = `it is no valid YAML: ${error.message.split('\n')[0]?.replace(/:$/, '')}`;
    throw new RecordingError('recording.broken', reason, { cause: error });
  }
  try {
    return documents.map((document): unknown => document.toJS({ maxAliasCount: 10_000 }));
  } catch (cause) {
    // Aliases of aliases of aliases: a few lines may stand for more than fits into memory.
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new RecordingError('format.unknown', `its YAML cannot be read: ${reason}`, { cause });
  }
}

/**
 * The recorders of Python and Ruby write by the rules of YAML 1.1, where `1e5` and `0o17` are texts and stand without
 * quotes; by those of 1.2 they would be numbers.
 */
function asRecorded(tags: Tags): Tags {
  return [...tags.flatMap(asInYaml11), SHORT_BINARY];
}

/** Ruby writes `!binary` for `!!binary`. */
const SHORT_BINARY: ScalarTag = {
  tag: '!binary',
  resolve: (text) => new Uint8Array(Buffer.from(text, 'base64')),
};

function asInYaml11(tag: Tags[number]): Tags {
  if (!isScalarTag(tag)) return [tag];
  if (tag.format === 'OCT') return [];
  return tag.format === 'EXP' ? [{ ...tag, test: SIGNED_EXPONENT }] : [tag];
}

function isScalarTag(tag: Tags[number]): tag is ScalarTag {
  return typeof tag === 'object' && tag.collection === undefined;
}
