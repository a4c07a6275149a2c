import { expect, test } from 'vitest';
import { handMade } from '../../../test/scenario/hand-made-transcript.ts';
import { checkRules } from './rules.ts';

const refused = (request: string) => ({
  type: 'response.sent' as const,
  request,
  status: 400,
  body: { type: 'error', error: { type: 'invalid_request_error', message: 'No.' } },
});

test('a broken rule is shown with its place and its fix', () => {
  const [failure, ...more] = checkRules(
    handMade(
      {
        type: 'finding',
        request: 'req_1',
        rule: 'container.required',
        path: 'container',
        message: 'container_id is required.',
        fix: 'Send the container id of the last response.',
      },
      refused('req_1'),
    ),
  );
  expect(more).toEqual([]);
  expect(failure?.message).toMatchInlineSnapshot(`
    "Finding container.required: container_id is required.
      at   container
      fix  Send the container id of the last response."
  `);
});

test('a refused request without a broken rule is a failure of its own', () => {
  expect(checkRules(handMade(refused('req_1')))).toEqual([
    { code: 'request.refused', status: 400, message: 'A request was refused with status 400: No.' },
  ]);
});
