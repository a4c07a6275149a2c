/** Options for `server.listen` of MSW 2 and 3: each reads its own key. */
export interface FailClosed {
  readonly onUnhandledRequest: (request: Request, defaults: Defaults) => Promise<void>;
  readonly onUnhandledFrame: (unhandled: {
    readonly frame: { readonly data: unknown };
    readonly defaults: Defaults;
  }) => Promise<void>;
}

interface Defaults {
  readonly error: () => unknown;
}

/**
 * Lets no request that no handler answers out of the machine: `server.listen(failClosed)`. It fails as if there were no
 * network, and MSW prints which it was. Requests to servers on this machine pass.
 *
 * @note MSW 3 renamed the option and ignores the old name without a word. And `'error'` will not do, for it lets out what
 * looks like an asset, such as `GET /logo.png`.
 */
export const failClosed: FailClosed = {
  onUnhandledRequest: ({ url }, defaults) => refuse(url, defaults),
  onUnhandledFrame: ({ frame, defaults }) => refuse(urlOf(frame.data), defaults),
};

async function refuse(url: string, defaults: Defaults): Promise<void> {
  if (isLocal(url)) return;
  // All that this does is print. What ends the request is what is thrown: a response that is a network error.
  await defaults.error();
  throw Response.error();
}

/** The address of a request, or of a WebSocket; none for what else there may be one day. */
function urlOf(data: unknown): string {
  const { request, connection } = Object(data);
  return String((request ?? connection?.client)?.url);
}

const LOCAL = new Set(['localhost', '127.0.0.1', '[::1]']);

function isLocal(url: string): boolean {
  return URL.canParse(url) && LOCAL.has(new URL(url).hostname);
}
