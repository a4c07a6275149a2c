import { ApiError } from '../protocol/errors.ts';
import type { IdSource } from '../transcript/ids.ts';
import type { ApiResponse } from './exchange.ts';
import type { HeaderSource } from './headers.ts';
import { findModel, listModels, type ModelInfo } from './model-catalogue.ts';
import { readVersion } from './read-request.ts';
import type { Refuse } from './refusals.ts';
import { jsonResponse } from './responses.ts';
import type { Route, RoutedRequest } from './routes.ts';

const DEFAULT_LIMIT = 20;
const MAX_LIMIT = 1000;

/** `GET /v1/models` and `GET /v1/models/ID`. Only refusals are recorded. */
export function modelsRoutes({
  models,
  ids,
  headers,
  refuse,
}: {
  readonly models: readonly string[] | undefined;
  readonly ids: IdSource;
  readonly headers: HeaderSource;
  readonly refuse: Refuse;
}): Route[] {
  function answer(request: RoutedRequest, find: () => object): ApiResponse {
    const version = readVersion(request);
    if (version instanceof ApiError) return refuse(version, '');
    const found = find();
    if (found instanceof ApiError) return refuse(found, '');
    return jsonResponse(found, headers.always(ids.next('request')));
  }
  return [
    {
      method: 'GET',
      path: '/models',
      answer: (request) => answer(request, () => page(listModels(models), request.query())),
    },
    {
      method: 'GET',
      path: '/models/:id',
      answer: (request) =>
        answer(request, () => findModel(request.id, models) ?? unknownModel(request.id)),
    },
  ];
}

/** One page of a list: after or before a model, at most `limit` of them. */
function page(models: readonly ModelInfo[], query: URLSearchParams): object {
  const limit = Number(query.get('limit') ?? DEFAULT_LIMIT);
  if (!Number.isInteger(limit) || limit < 1 || limit > MAX_LIMIT) return badLimit();
  const [after, before] = [query.get('after_id'), query.get('before_id')];
  const start = after === null ? 0 : models.findIndex(({ id }) => id === after) + 1;
  const end =
    before === null
      ? models.length
      : Math.max(
          0,
          models.findIndex(({ id }) => id === before),
        );
  const rest = models.slice(start, end);
  // Going back, the page ends where the last one began.
  const data =
    before === null ? rest.slice(0, limit) : rest.slice(Math.max(0, rest.length - limit));
  return {
    data,
    has_more: rest.length > data.length,
    first_id: data[0]?.id ?? null,
    last_id: data.at(-1)?.id ?? null,
  };
}

function badLimit(): ApiError {
  return new ApiError(
    'invalid_request_error',
    `limit: Input should be a valid integer from 1 to ${MAX_LIMIT}`,
    { rule: 'request.schema', path: 'limit', fix: 'Send a `limit` within the range.' },
  );
}

function unknownModel(id: string): ApiError {
  return new ApiError('not_found_error', `model: ${id}`, {
    rule: 'model.unknown',
    path: 'model',
    fix: 'Ask for a model that GET /v1/models lists.',
  });
}
