/**
 * Why a cell cannot be compared: it needs what no recording holds. Each rule looks at the cell, at what it did here and at
 * what came before it; none looks at whose cell it is.
 */
const UNREACHABLE =
  /Could not resolve host|unable to resolve host|Temporary failure in name resolution|Network is unreachable/;
const NO_MODULE = /No module named '?([\w.]+)'?/g;
const NO_NAME = /NameError: name '(\w+)' is not defined/;
const REQUIRED =
  /\brequire\(\s*['"]([^'"./][^'"]*)['"]\s*\)|\bimport\b[^'"\n]*['"]([^'"./][^'"]*)['"]/g;
const BUILT_IN =
  /^(node:|(?:assert|buffer|child_process|crypto|events|fs|http|https|module|net|os|path|process|readline|stream|string_decoder|timers|url|util|zlib)(?:\/|$))/;
const PATH =
  /(?:\$\{?INPUT_DIR\}?\/|\/)?[\w.+@-]*(?:\/[\w.+@-]+)*\.[A-Za-z]\w{0,4}\b|\/[\w.+@-]+(?:\/[\w.+@-]+)+/g;

/** What says nothing about the command: it was not run. */
const OVERLOADED = new Set(['unavailable', 'too_many_requests']);

/** Before anything runs: results that nobody could compare, and calls without an answer. */
export function neededBefore(row, calls) {
  if (!row.result_type) return 'the recording ends before its result';
  if (row.result_type.startsWith('encrypted_') || row.stdout_encrypted)
    return 'its output is encrypted';
  if (row.language !== 'text_editor' && OVERLOADED.has(row.error_code))
    return `the tool itself failed: ${row.error_code}`;
  const unanswered = calls.find(({ answer }) => answer === undefined);
  return unanswered && `the result of a call of ${unanswered.name} was not recorded`;
}

/**
 * After it ran and came out differently. `missing(path)`: whether the container had no such file before the cell;
 * `names`: what earlier cells that were not run would have defined; `earlier`: the text of the cells that did run.
 */
export function neededAfter(row, ours, { unrecorded, missing, names, earlier, programs }) {
  if (unrecorded?.startsWith('web_'))
    return `network: ${unrecorded} was called, and its result was not recorded`;
  const printed = `${ours.stdout ?? ''}${ours.stderr ?? ''}`;
  const recorded = `${row.stdout ?? ''}${row.stderr ?? ''}`;
  if (UNREACHABLE.test(printed) && !UNREACHABLE.test(recorded)) return 'network';
  for (const [text, module] of printed.matchAll(NO_MODULE)) {
    if (!recorded.includes(text)) return `package ${module.split('.')[0]}`;
  }
  const [, name] = NO_NAME.exec(printed) ?? [];
  if (name && names.has(name) && !recorded.includes(`'${name}'`)) {
    return `the variable ${name} of a cell that is not comparable`;
  }
  const library = programs.flatMap(requiredPackages)[0];
  if (library && /\bnode\b/.test(row.code ?? '')) return `package ${library}`;
  const path = pathsIn(row).find(
    (candidate) =>
      missing(candidate) &&
      missesFile(ours, printed, candidate) &&
      !missesFile({}, recorded, candidate) &&
      !earlier.includes(nameOf(candidate)),
  );
  return path && `file ${path}`;
}

/** Packages that JavaScript asks for. */
function requiredPackages(text) {
  return [...text.matchAll(REQUIRED)]
    .map(([, required, imported]) => required ?? imported)
    .filter((name) => !BUILT_IN.test(name));
}

/** Paths of files that a cell's text names. */
export function pathsIn(row) {
  const text = row.language === 'text_editor' ? row.input.path : (row.code ?? '');
  const local = text.replaceAll(/\w+:\/\/[^\s'"]+/g, '');
  // In Python a path is in quotes; anything with a dot would look like one otherwise.
  const pieces = row.language === 'python' ? (local.match(/(['"])[^'"\n]+\1/g) ?? []) : [local];
  return [...new Set(pieces.flatMap((piece) => piece.match(PATH) ?? []))];
}

/** Whether a cell stumbled over a file that is not there: it says so, or the program that would say so is not there. */
function missesFile({ error_code: code, error_message: message, return_code: end }, printed, path) {
  if (code === 'file_not_found') return message?.includes(nameOf(path)) ?? false;
  if (end === 127) return true;
  return printed
    .split('\n')
    .some(
      (line) =>
        line.includes(nameOf(path)) &&
        /No such file|cannot access|can't open file|cannot stat/i.test(line),
    );
}

function nameOf(path) {
  return path.split('/').at(-1);
}

/** Names that a cell gives something to at its top level. */
export function namesDefined(code) {
  const names = new Set();
  for (const line of code.split('\n')) {
    const [, assigned] = /^((?:\w+\s*,\s*)*\w+)\s*(?::[^=]+)?=(?!=)/.exec(line) ?? [];
    for (const name of assigned?.split(',') ?? []) names.add(name.trim());
    const [, defined] = /^(?:async\s+)?(?:def|class|for)\s+(\w+)/.exec(line) ?? [];
    if (defined) names.add(defined);
    const [, imported] = /^(?:from\s+[\w.]+\s+)?import\s+(.+)/.exec(line) ?? [];
    for (const part of imported?.split(',') ?? [])
      names.add(
        part
          .trim()
          .split(/\s+as\s+|\./)
          .at(-1),
      );
  }
  return names;
}
