import { DOCS, FIELD, row, type Requirement } from './requirement.ts';

/** The request as a whole: keys, routes, body, versions, models. */
export const REQUEST_RULES = {
  'auth.invalid': row(
    'recorded',
    'August 2026',
    'An invalid key is a 401 `API key is invalid.`; `x-api-key` and bearer tokens are both read.',
  ),
  'request.json': row('inferred', DOCS, 'A body that is not JSON is a 400.'),
  'request.content_type': row('inferred', DOCS, 'A body of another content type is a 400.'),
  'request.too_large': row('documented', DOCS, 'A body over 32 MB is a 413 `request_too_large`.'),
  'request.schema': row(
    'recorded',
    '2026',
    'A body that breaks the schema is a 400 whose text begins with the path of the first problem, types of tools and blocks included.',
  ),
  'request.api_version': row(
    'inferred',
    DOCS,
    'An `anthropic-version` that does not exist is a 400.',
  ),
  'request.sampling_range': row(
    'recorded',
    'August 2026',
    'A `temperature` out of range is a 400 `temperature: range: 0..1`.',
  ),
  'request.sampling_removed': row(
    'reported',
    'SDK 1.0 changes, October 2026',
    'API version 2026-10-21 knows no `temperature`, `top_p` and `top_k`.',
  ),
  'route.unknown': row(
    'inferred',
    DOCS,
    'A route that is not served is a well-formed 404, another method on one that is a 405.',
  ),
  'model.unknown': row(
    'recorded',
    'August 2026',
    'A model that does not exist is a 404 `model: NAME`.',
  ),
  'model.programmatic': row(
    'reported',
    `${FIELD}; ${DOCS}`,
    'A model without programmatic tool calling refuses tools that only code may call. The tail of the text is a guess.',
  ),
} satisfies Record<string, Requirement>;

export const REQUEST_BEHAVIOURS = {
  'request.routes': row(
    'recorded',
    '2026',
    'The API is served at `/v1/messages`, and at `/messages` for clients whose base URL holds the version.',
  ),
} satisfies Record<string, Requirement>;
