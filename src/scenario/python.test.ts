import fc from 'fast-check';
import { expect, test } from 'vitest';
import { dedent, python } from './python.ts';

test('the line after the backtick and the common indentation go away', () => {
  const code = python`
    for n in range(3):
        print(n)

    print("done")
  `;
  expect(code).toBe('for n in range(3):\n    print(n)\n\nprint("done")');
});

test('code on one line stays as it is', () => {
  expect(python`print(sum(rows))`).toBe('print(sum(rows))');
});

test('backslashes reach Python as they are written', () => {
  expect(python`print("a\n\tb", '\\d')`).toBe(String.raw`print("a\n\tb", '\\d')`);
});

test('what a template has to escape is not escaped in Python', () => {
  expect(python`print("\`\${x}")`).toBe('print("`${x}")');
});

test('inserted text of several lines takes the indentation of its line', () => {
  const body = 'a = 1\nb = 2';
  const code = python`
    def f():
        ${body}
        return ${3}
  `;
  expect(code).toBe('def f():\n    a = 1\n    b = 2\n    return 3');
});

test('indentation in inserted text does not count', () => {
  expect(python`
      x = ${'"  "'}
  `).toBe('x = "  "');
});

const line = fc.stringMatching(/^[a-z] {0,3}[a-z]$/);
const block = fc
  .array(fc.tuple(fc.nat(3), line), { minLength: 1, maxLength: 6 })
  // One line at the margin, so that the block itself has no common indentation.
  .map((lines) => ['x', ...lines.map(([depth, text]) => ' '.repeat(depth) + text)]);

test('any block indented by any amount dedents to itself', () => {
  fc.assert(
    fc.property(block, fc.stringMatching(/^[ \t]{0,5}$/), (lines, indent) => {
      const indented = lines.map((each) => indent + each).join('\n');
      expect(dedent(`\n${indented}\n  `)).toBe(lines.join('\n'));
    }),
  );
});
