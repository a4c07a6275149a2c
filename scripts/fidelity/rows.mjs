/** Reads the lines of a file of recorded cells. A line that cannot be run is kept, with what is wrong with it. */
import { readFileSync } from 'node:fs';
import * as z from 'zod';

export const LANGUAGES = ['python', 'bash', 'text_editor'];

const text = z.string();
const optionalText = text.nullish();

const Call = z.looseObject({ name: text, input: z.record(text, z.unknown()) });

const common = {
  id: optionalText,
  source: optionalText,
  tool_version: optionalText,
  result_type: optionalText,
  error_code: optionalText,
};

const printed = {
  code: text,
  tool_calls: z.array(Call).nullish(),
  stdout: optionalText,
  stderr: optionalText,
  return_code: z.int().nullish(),
  files: z.array(z.unknown()).nullish(),
};

const Edit = z.discriminatedUnion('command', [
  z.looseObject({
    command: z.literal('view'),
    path: text,
    view_range: z.array(z.int()).optional(),
  }),
  z.looseObject({ command: z.literal('create'), path: text, file_text: text }),
  z.looseObject({
    command: z.literal('str_replace'),
    path: text,
    old_str: text,
    new_str: text.optional(),
  }),
]);

const Result = z.looseObject({ lines: z.array(text).nullish(), content: optionalText });

const Row = z.discriminatedUnion('language', [
  z.looseObject({ language: z.literal('python'), ...common, ...printed }),
  z.looseObject({ language: z.literal('bash'), ...common, ...printed }),
  z.looseObject({
    language: z.literal('text_editor'),
    ...common,
    input: Edit,
    result: Result.nullish(),
  }),
]);

/** The rows of a file, each with its line; `problem` says why one cannot be run. */
export function readRows(file) {
  return readFileSync(file, 'utf8')
    .split('\n')
    .flatMap((line, i) => (line.trim() === '' ? [] : [readRow(line, i + 1)]));
}

function readRow(line, number) {
  const known = { line: number, language: 'unknown', source: 'unknown', id: `cell_${number}` };
  let value;
  try {
    value = JSON.parse(line);
  } catch {
    return { ...known, problem: 'the line is no JSON' };
  }
  const parsed = Row.safeParse(value);
  if (parsed.success) {
    const { id, source } = value;
    return { ...value, line: number, id: id ?? known.id, source: source ?? known.source };
  }
  for (const name of ['language', 'source']) {
    if (typeof value?.[name] === 'string') known[name] = value[name];
  }
  const [{ path, message }] = parsed.error.issues;
  const where = path.length > 0 ? `${path.join('.')}: ` : '';
  return { ...known, problem: `the line is no recorded cell: ${where}${message}` };
}
