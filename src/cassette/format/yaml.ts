import { Document, isSeq, parse, visit } from 'yaml';
import type { CassetteDocument } from './document.ts';

/**
 * Lines are never folded: a folded text is no easier to read, and one more word would change all of its lines. Texts are
 * quoted where a parser of YAML 1.1 would take them for something else.
 */
const STYLE = {
  lineWidth: 0,
  blockQuote: 'literal',
  singleQuote: false,
  doubleQuotedMinMultiLineLength: Number.MAX_SAFE_INTEGER,
} as const;

/** A document as it stands in a file: from its `---` to its `...`. */
export function toYaml(document: CassetteDocument): string {
  const yaml = new Document(document, { aliasDuplicateObjects: false, compat: 'yaml-1.1' });
  visit(yaml, {
    Scalar(_, node) {
      // A block of nothing but blanks would lose some of them.
      if (typeof node.value === 'string' && /^\s+$/.test(node.value)) node.type = 'QUOTE_DOUBLE';
    },
  });
  const chunks = yaml.getIn(['response', 'chunks']);
  if (isSeq(chunks)) chunks.flow = true;
  return `---\n${yaml.toString(STYLE)}...\n`;
}

/** A part of a file that should be a document. */
export interface YamlPart {
  /** The line it begins on, from 1. */
  readonly line: number;
  readonly text: string;
  /** Whether it has its end. */
  readonly whole: boolean;
}

/**
 * The documents of a file. Texts stand indented, so a line that is `---` begins a document wherever it is: what a writer
 * that was killed left of one takes no other with it.
 */
export function splitYaml(file: string): YamlPart[] {
  const parts: { line: number; lines: string[]; whole: boolean }[] = [];
  for (const [i, line] of file.split(/\r?\n/).entries()) {
    const current = parts.at(-1);
    if (/^---(?:\s|$)/.test(line)) parts.push({ line: i + 1, lines: [], whole: false });
    else if (current && !current.whole && /^\.\.\.\s*$/.test(line)) current.whole = true;
    else if (current && !current.whole) current.lines.push(line);
    else if (/^\s*[^#\s]/.test(line)) parts.push({ line: i + 1, lines: [line], whole: false });
  }
  return parts.map(({ line, lines, whole }) => ({ line, text: `${lines.join('\n')}\n`, whole }));
}

export function parseYamlPart({ text }: YamlPart): unknown {
  return parse(text, { maxAliasCount: 0, logLevel: 'silent' });
}
