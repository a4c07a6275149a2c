import { expect, test } from 'vitest';
import { palette } from './text-report.ts';

test.each([
  [{ isTTY: true }, {}, '\u001B[32mok\u001B[39m'],
  [{ isTTY: true }, { NO_COLOR: '1' }, 'ok'],
  [{}, {}, 'ok'],
])('a stream %j with the environment %j gets %j', (stream, env, text) => {
  expect(palette(stream, env).green('ok')).toBe(text);
});
