import type { YAMLParseError } from 'yaml';

/** What is wrong with the syntax of a YAML text, and where it is known what to do about it. */
export function describeSyntax({ code, message, pos }: YAMLParseError, text: string): string {
  if (code === 'MULTIPLE_DOCS') return 'expected one scenario a file';
  const hint = hintFor(code, message, text.slice(0, pos[0]));
  if (code === 'DUPLICATE_KEY') {
    const [key] = /^[^:\n]*/.exec(text.slice(pos[0])) ?? [];
    return `not YAML: the key ${key} is there twice`;
  }
  return `not YAML: ${message}${hint === undefined ? '' : `; ${hint}`}`;
}

function hintFor(
  code: YAMLParseError['code'],
  message: string,
  before: string,
): string | undefined {
  if (code === 'TAB_AS_INDENT') return 'use spaces';
  if (code === 'BAD_SCALAR_START') return 'put quotes around the text';
  if (code === 'BAD_DQ_ESCAPE') return "between '…' a backslash is just a backslash";
  if (message.startsWith('All ')) return 'indent it like those before it';
  if (message.startsWith('Nested mappings')) return 'a text with ": " in it needs quotes around it';
  if (code === 'UNEXPECTED_TOKEN' && /['"]$/.test(before)) {
    return "the text has ended at its second quote; between '…' a quote is written twice";
  }
  return undefined;
}
