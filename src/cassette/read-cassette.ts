import { YAMLParseError } from 'yaml';
import { CassetteError } from './cassette-error.ts';
import type { Exchange } from './exchange.ts';
import { createHistory, type History } from './format/continuation.ts';
import { decodeExchange, DocumentError } from './format/decode.ts';
import { CASSETTE_VERSION, CassetteDocument } from './format/document.ts';
import { migrate, versionOf } from './format/migrate.ts';
import { parseYamlPart, splitYaml, type YamlPart } from './format/yaml.ts';

/** Recorded exchanges, in the order in which they ended. */
export interface Cassette {
  readonly exchanges: readonly CassetteExchange[];
  /** Lines, from 1, on which exchanges begin that are not whole: whoever wrote them was killed meanwhile. */
  readonly cut: readonly number[];
}

/** An exchange of a cassette, with the place it has there. */
export interface CassetteExchange extends Exchange {
  /** The line it begins on, from 1. */
  readonly line: number;
}

export interface ReadCassetteOptions {
  /** Name of the file, for error messages. */
  readonly file?: string | undefined;
  /** What to do about an exchange that is not whole: leave it out, or fail. Default: `fail`. */
  readonly cut?: 'leave out' | 'fail' | undefined;
}

/** Reads a cassette. Throws a `CassetteError` that names the line for anything that is none, or says what it cannot say. */
export function readCassette(text: string, options: ReadCassetteOptions = {}): Cassette {
  const { exchanges, cut } = readDocuments(text, options);
  return { exchanges: exchanges.map(({ exchange }) => exchange), cut };
}

/** The same with the documents as they stand in the file. */
export function readDocuments(
  text: string,
  { file, cut: onCut = 'fail' }: ReadCassetteOptions = {},
): {
  readonly exchanges: readonly {
    readonly exchange: CassetteExchange;
    readonly document: CassetteDocument;
  }[];
  readonly cut: readonly number[];
} {
  const history = createHistory();
  const parts = splitYaml(text.replace(/^\uFEFF/, ''));
  const first = parts[0];
  if (!first || !/^cassette:/m.test(first.text)) {
    throw new CassetteError('cassette.unknown', 'not a cassette: it has no `cassette` key', {
      file,
    });
  }
  const whole = parts.filter((part) => part.whole);
  const cut = parts.filter((part) => !part.whole).map(({ line }) => line);
  if (cut.length > 0 && onCut === 'fail') {
    const reason =
      'the exchange that begins here is cut: its end is missing. Record it again, or remove what there is of it';
    throw new CassetteError('cassette.cut', reason, { file, line: cut[0] });
  }
  const exchanges = whole.map((part) => {
    const document = readPart(part, file);
    return {
      exchange: { ...decode(document, { history, part, file }), line: part.line },
      document,
    };
  });
  return { exchanges, cut };
}

function readPart(part: YamlPart, file: string | undefined): CassetteDocument {
  const { line } = part;
  const document = parsePart(part, file);
  const version = versionOf(document);
  const migrated = migrate(document);
  if (migrated === undefined) {
    throw typeof version === 'number' && version > CASSETTE_VERSION
      ? new CassetteError(
          'cassette.version',
          `a cassette of version ${version}; this callsheet reads up to version ${CASSETTE_VERSION}: update it`,
          { file, line },
        )
      : new CassetteError('cassette.version', `no version of a cassette: ${String(version)}`, {
          file,
          line,
        });
  }
  const checked = CassetteDocument.safeParse(migrated);
  if (checked.success) return checked.data;
  const [issue] = checked.error.issues;
  const reason = `\`${issue?.path.join('.')}\`: ${issue?.message}`;
  throw new CassetteError(
    version === undefined ? 'cassette.unknown' : 'cassette.broken',
    version === undefined ? 'not a cassette: it has no `cassette` key' : reason,
    { file, line },
  );
}

function parsePart(part: YamlPart, file: string | undefined): unknown {
  try {
    return parseYamlPart(part);
  } catch (error) {
    if (!(error instanceof YAMLParseError)) throw error;
    const line = part.line + (error.linePos?.[0].line ?? 0);
    const reason = error.message.split('\n')[0]?.replace(/ at line.*$/, '') ?? 'no valid YAML';
    throw new CassetteError('cassette.broken', reason, { file, line });
  }
}

function decode(
  document: CassetteDocument,
  {
    history,
    part: { line },
    file,
  }: { readonly history: History; readonly part: YamlPart; readonly file: string | undefined },
): Exchange {
  try {
    const exchange = decodeExchange(document, history);
    history.add(exchange);
    return exchange;
  } catch (error) {
    if (!(error instanceof DocumentError)) throw error;
    throw new CassetteError('cassette.broken', error.message, { file, line });
  }
}
