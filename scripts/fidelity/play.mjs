/** Plays the cells of one source in one container and says of each what came of it. */
import { isDeepStrictEqual } from 'node:util';
import { fillIn, isAbridged, restoreEdit } from './abridged.mjs';
import { recordedCalls } from './answers.mjs';
import { difference } from './compare.mjs';
import { namesDefined, neededAfter, neededBefore, pathsIn } from './needs.mjs';

/** Versions of the tool whose cells share nothing but files. */
const FRESH = new Set(['code_execution_20250522', 'code_execution_20250825']);
const FIRST = 'code_execution_20250522';
/** 2026-01-01, for sources that do not say when they were. */
const EPOCH = 1_767_225_600_000;
const encoder = new TextEncoder();

/**
 * @returns for each row `{ row, status, reason }`, status one of `equal`, `different` and `not comparable`.
 */
export async function playSource(sandbox, rows, recording, { id, epoch, seed = 'fidelity' } = {}) {
  const container = await sandbox.createContainer({
    id,
    seed,
    epoch: epoch ?? recording?.started ?? EPOCH,
  });
  const state = {
    container,
    recording,
    tools: recording?.tools ?? toolsOf(rows),
    at: 0,
    names: new Set(),
    earlier: '',
    created: new Map(),
  };
  try {
    await putFiles(state, rows);
    const outcomes = [];
    for (const batch of batchesOf(rows, recording)) {
      outcomes.push(...(await playBatch(state, batch)));
    }
    return outcomes;
  } finally {
    await container.dispose();
  }
}

/** A sandbox that fails is a difference: whatever the cell did, it did not do it here. */
async function playBatch(state, batch) {
  try {
    return batch.length > 1 ? await editTogether(state, batch) : [await play(state, batch[0])];
  } catch (error) {
    const reason = `the sandbox failed: ${error.message}`;
    return batch.map((row) => ({ row, status: 'different', reason, ours: {} }));
  }
}

/** Names of callable tools, as far as the cells themselves show them. */
function toolsOf(rows) {
  const called = rows.flatMap(({ tool_calls: calls }) => (calls ?? []).map(({ name }) => name));
  const server = rows.flatMap(({ language, code }) =>
    language === 'python' ? ((code ?? '').match(/\bweb_(?:search|fetch)(?=\()/g) ?? []) : [],
  );
  return [...new Set([...called, ...server])];
}

/** Uploaded files, from the recording; and files that a recorded view shows whole before any cell could make them. */
async function putFiles({ container, recording }, rows) {
  for (const { name, bytes } of recording?.uploads ?? []) await container.writeFile(name, bytes, 0);
  let before = '';
  for (const row of rows) {
    const { content, start_line: start, num_lines: count, total_lines: total } = row.result ?? {};
    const path = row.input?.path;
    const whole = start === 1 && count === total && content?.split('\n').length === total;
    if (row.input?.command === 'view' && whole && !before.includes(path)) {
      const target = path.replace(/^\$\{?INPUT_DIR\}?\//, '');
      const known = recording?.uploads.some(({ name }) => name === target);
      if (!known) await container.writeFile(target, encoder.encode(`${content}\n`), 0);
    }
    before += `${row.code ?? ''}\n${row.input?.path ?? ''}\n`;
  }
}

/** Edits that were sent together; everything else alone. */
function batchesOf(rows, recording) {
  const together = (a, b) =>
    recording && recording.batches.length > 0
      ? recording.batches.some((ids) => ids.includes(a.id) && ids.includes(b.id))
      : a.error_code === 'unavailable' && b.error_code === 'unavailable';
  const batches = [];
  for (const row of rows) {
    const last = batches.at(-1);
    const joins =
      row.language === 'text_editor' &&
      last?.at(-1).language === 'text_editor' &&
      together(last.at(-1), row);
    if (joins) last.push(row);
    else batches.push([row]);
  }
  return batches;
}

async function editTogether(state, rows) {
  // Edits of one file come one after the other, so that what each finds can be filled in.
  const sequential = rows.every(({ input }) => input.command === 'str_replace');
  if (sequential) {
    const outcomes = [];
    for (const row of rows) outcomes.push(await play(state, row));
    return outcomes;
  }
  for (const row of rows) noteCreate(state.created, row);
  const needs = [];
  for (const row of rows) needs.push(await missingPaths(state, row));
  const results = await state.container.editTogether(
    rows.map(({ input }) => input),
    state.at,
  );
  return rows.map((row, i) => judge(state, row, results[i], { missing: needs[i] }));
}

async function play(state, row) {
  const calls = recordedCalls(row, state.recording);
  const reason = neededBefore(row, calls);
  if (reason) {
    for (const name of namesDefined(row.code ?? '')) state.names.add(name);
    return { row, status: 'not comparable', reason };
  }
  const missing = await missingPaths(state, row);
  if (row.language === 'text_editor') {
    const { input, restored } = await prepareEdit(state, row);
    const ours = await state.container.edit({ ...input, at: state.at });
    return { ...judge(state, row, ours, { missing }), restored };
  }
  const programs = await textsNamed(state, row);
  const { ours, unrecorded } =
    row.language === 'bash' ? await runBash(state, row) : await runCell(state, row, calls);
  state.at = ours.at;
  return judge(state, row, ours, { missing, unrecorded, programs });
}

async function runBash({ container, at }, row) {
  return { ours: await container.bash({ id: row.id, command: row.code, at }) };
}

async function runCell({ container, tools, at }, row, calls) {
  const unused = [...calls];
  let unrecorded;
  const cell = { id: row.id, code: row.code, tools, at };
  let outcome = await container.run({
    ...cell,
    fresh: FRESH.has(row.tool_version),
    outputs: row.tool_version === FIRST,
  });
  while (outcome.state === 'paused') {
    const answers = outcome.calls.map(({ key, name, input }) => {
      const i = unused.findIndex(
        (call) => call.name === name && isDeepStrictEqual(call.input, input),
      );
      if (i < 0) unrecorded ??= name;
      const [call] = i < 0 ? [] : unused.splice(i, 1);
      return { key, content: call?.answer ?? '' };
    });
    outcome = await container.resume(answers, outcome.at);
  }
  return { ours: outcome, unrecorded };
}

/** The edit to make, and whether the file or the edit had to be restored from the recorded hunk. */
async function prepareEdit({ container, at, created }, row) {
  const { command, path } = row.input;
  noteCreate(created, row);
  const file = created.get(path);
  if (command !== 'str_replace' || !file || !row.result?.lines)
    return { input: row.input, restored: false };
  file.abridged ||= isAbridged(file.text, row.input);
  if (!file.abridged) {
    // From here on its text is no longer that of the recording.
    file.text = undefined;
    return { input: row.input, restored: false };
  }
  await fillIn(container, path, row, at);
  return { input: restoreEdit(row).input, restored: true };
}

function noteCreate(created, { input }) {
  if (input.command === 'create')
    created.set(input.path, { text: input.file_text, abridged: false });
}

/** Which of the paths a cell names are not there yet. */
async function missingPaths({ container }, row) {
  const missing = new Set();
  for (const path of pathsIn(row)) {
    if (!(await exists(container, path))) missing.add(path);
  }
  return missing;
}

async function exists(container, path) {
  return (await contentOf(container, path)) !== undefined;
}

async function contentOf(container, path) {
  const places = path.startsWith('/')
    ? [path]
    : [path.replace(/^\$\{?INPUT_DIR\}?\//, ''), `/tmp/${path}`];
  for (const place of places) {
    try {
      return new TextDecoder().decode(await container.readFile(place));
    } catch (error) {
      if (error.code !== 'file.missing' && error.code !== 'EISDIR') throw error;
      if (error.code === 'EISDIR') return '';
    }
  }
  return undefined;
}

/** What is in the files a cell names: programs it runs, mostly. */
async function textsNamed({ container }, row) {
  const texts = [];
  for (const path of pathsIn(row)) texts.push((await contentOf(container, path)) ?? '');
  return texts.filter(Boolean);
}

function judge(state, row, ours, { missing, unrecorded, programs = [] }) {
  const differs =
    difference(row, ours) ?? (unrecorded && `a call of ${unrecorded} that was not recorded`);
  const { names, earlier } = state;
  const reason =
    differs &&
    neededAfter(row, ours, {
      unrecorded,
      missing: (path) => missing.has(path),
      names,
      earlier,
      programs: [row.code ?? '', ...programs],
    });
  if (reason) {
    for (const name of namesDefined(row.code ?? '')) names.add(name);
    return { row, status: 'not comparable', reason };
  }
  state.earlier += [row.code ?? '', row.input?.path ?? '', ...programs].join('\n');
  return { row, status: differs ? 'different' : 'equal', reason: differs, ours };
}
