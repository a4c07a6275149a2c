import { ApiError } from '../protocol/errors.ts';
import type { ApiRequest, ApiResponse } from './exchange.ts';
import type { Refuse, RefuseOptions } from './refusals.ts';

/** A route the fake serves, and what answers its requests. */
export interface Route {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** The path behind the version, such as `/messages`. A part `:id` behind the first stands for any. */
  readonly path: string;
  readonly answer: (request: RoutedRequest) => ApiResponse | Promise<ApiResponse>;
}

/** A request on its way to its route. */
export interface RoutedRequest extends ApiRequest {
  /** What the path says in place of `:id`. */
  readonly id: string;
  /** The session that the path names, if it does. */
  readonly key: string | undefined;
  query(): URLSearchParams;
}

/** Every route is served with and without the version, and behind `/s/KEY` for the session of that key. */
const PATH = /^(?:\/s\/(?<key>[^/]+))?(?:\/v1)?(?<path>\/[^?]*)(?:\?(?<query>.*))?$/;

/**
 * Makes the function that leads requests to their routes, and refuses everything else in the API's shape: another method
 * on a path that is served, and any other path.
 */
export function createRouter(
  routes: readonly Route[],
  refuse: Refuse,
): (request: ApiRequest) => ApiResponse | Promise<ApiResponse> {
  const byPath = new Map<string, Route[]>();
  for (const route of routes) byPath.set(route.path, [...(byPath.get(route.path) ?? []), route]);

  async function refuseRoute(
    request: ApiRequest,
    error: ApiError,
    options?: RefuseOptions,
  ): Promise<ApiResponse> {
    return refuse(error, await request.text(), options);
  }

  return (request) => {
    const { key, path = '', query } = PATH.exec(request.target)?.groups ?? {};
    const exact = byPath.get(path);
    const { pattern, id } = exact ? { pattern: path, id: '' } : withId(path);
    const found = exact ?? byPath.get(pattern);
    if (!found) return refuseRoute(request, unknownRoute(request, routes));
    const method = request.method === 'HEAD' ? 'GET' : request.method;
    const route = found.find((each) => each.method === method);
    if (!route) {
      const allowed = found.map((each) => each.method);
      const headers = { allow: allowed.join(', ') };
      return refuseRoute(request, wrongMethod(request, allowed), { status: 405, headers });
    }
    return route.answer({
      method: request.method,
      target: request.target,
      header: (name) => request.header(name),
      text: () => request.text(),
      bytes: () => request.bytes(),
      id,
      key: key === undefined ? undefined : decoded(key),
      query: () => new URLSearchParams(query),
    });
  };
}

/** A path as one with an id in it. */
function withId(path: string): { readonly pattern: string; readonly id: string } {
  const [, folder, id = '', ...rest] = path.split('/');
  return { pattern: ['', folder, ':id', ...rest].join('/'), id: decoded(id) };
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

function wrongMethod({ method, target }: ApiRequest, allowed: readonly string[]): ApiError {
  const methods = allowed.join(' or ');
  return new ApiError('invalid_request_error', `Method Not Allowed: ${target} takes ${methods}.`, {
    rule: 'route.unknown',
    fix: `Send ${methods} instead of ${method}.`,
  });
}

function unknownRoute({ method, target }: ApiRequest, routes: readonly Route[]): ApiError {
  const served = routes.map((route) => `${route.method} /v1${route.path}`).join(', ');
  return new ApiError(
    'not_found_error',
    `callsheet does not serve ${method} ${target}; it serves ${served}.`,
    {
      rule: 'route.unknown',
      fix: 'Ask for a route that is served. A base URL may end with /v1 or not, and may hold the key of a session: /s/KEY.',
    },
  );
}
