import type { Context, Handler, Hono } from 'hono';
import { ApiError } from '../protocol/errors.ts';
import type { Refuse } from './refusals.ts';

/** A route the fake serves. */
export interface Route {
  readonly method: 'GET' | 'POST';
  /** Paths, as Hono writes them, the first one being the API's own. */
  readonly paths: readonly string[];
  readonly handler: Handler;
}

/** Every route is also served under `/s/KEY`, for the session of that key. */
const PREFIXES = ['', '/s/:key'];

/**
 * Makes an application serve routes, and refuse everything else in the API's shape: another method on a path that is
 * served, and any other path.
 */
export function serveRoutes(app: Hono, routes: readonly Route[], refuse: Refuse): void {
  for (const { method, paths, handler } of routes) {
    for (const path of paths.flatMap(withPrefixes)) app.on(method, path, handler);
  }
  const methods = new Map<string, string[]>();
  for (const { method, paths } of routes) {
    for (const path of paths.flatMap(withPrefixes)) {
      methods.set(path, [...(methods.get(path) ?? []), method]);
    }
  }
  for (const [path, allowed] of methods) {
    app.all(path, async (context) => {
      const error = wrongMethod(context, allowed);
      const headers = { allow: allowed.join(', ') };
      return refuse(error, await context.req.text(), { status: 405, headers });
    });
  }
  app.notFound(async (context) => refuse(unknownRoute(context, routes), await context.req.text()));
}

function withPrefixes(path: string): string[] {
  return PREFIXES.map((prefix) => prefix + path);
}

function wrongMethod({ req }: Context, allowed: readonly string[]): ApiError {
  const [method, path, methods] = [req.method, req.path, allowed.join(' or ')];
  return new ApiError('invalid_request_error', `Method Not Allowed: ${path} takes ${methods}.`, {
    rule: 'route.unknown',
    fix: `Send ${methods} instead of ${method}.`,
  });
}

function unknownRoute({ req }: Context, routes: readonly Route[]): ApiError {
  const served = routes.map(({ method, paths }) => `${method} ${paths[0]}`).join(', ');
  return new ApiError(
    'not_found_error',
    `callsheet does not serve ${req.method} ${req.path}; it serves ${served}.`,
    {
      rule: 'route.unknown',
      fix: 'Ask for a route that is served. A base URL may or may not end with /v1, and may hold a session key: /s/KEY.',
    },
  );
}
