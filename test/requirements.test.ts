/** The list of requirements against the tests that cite them. */
import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { REQUIREMENTS } from '../src/protocol/requirements.ts';

const ID = '[a-z_0-9]+\\.[a-z_0-9]+';
const STRING = /'[^'\n]*'|"[^"\n]*"|`[^`]*`/g;
/** In brackets, as titles cite ids. */
const CITATION = new RegExp(`\\[(${ID})\\]`, 'g');
/** Alone, as tables of cases do. */
const WHOLE = new RegExp(`^.(${ID}).$`);

function testFiles(): string[] {
  return ['src', 'test'].flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.test.ts') && file !== 'requirements.test.ts')
      .map((file) => `${folder}/${file}`),
  );
}

interface Citation {
  readonly id: string;
  readonly inTitle: boolean;
  readonly file: string;
}

function citations(): Citation[] {
  return testFiles().flatMap((file) => {
    const strings = readFileSync(file, 'utf8').match(STRING) ?? [];
    return strings.flatMap((text): Citation[] => {
      const whole = WHOLE.exec(text)?.[1];
      if (whole !== undefined) return [{ id: whole, inTitle: false, file }];
      return [...text.matchAll(CITATION)].map(([, id]) => ({ id: id!, inTitle: true, file }));
    });
  });
}

test('every requirement is cited by a test', () => {
  const cited = new Set(citations().map(({ id }) => id));
  expect(Object.keys(REQUIREMENTS).filter((id) => !cited.has(id))).toEqual([]);
});

test('every requirement a title cites exists', () => {
  const unknown = citations().filter(({ id, inTitle }) => inTitle && !(id in REQUIREMENTS));
  expect(unknown).toEqual([]);
});

test('every requirement says what, how it is known and from where', () => {
  for (const [id, { behaviour, evidence, source }] of Object.entries(REQUIREMENTS)) {
    expect([id, behaviour.endsWith('.') || behaviour.endsWith('`'), source.length > 3]).toEqual([
      id,
      true,
      true,
    ]);
    expect(['recorded', 'types', 'documented', 'reported', 'inferred', 'unknown']).toContain(
      evidence,
    );
  }
});
