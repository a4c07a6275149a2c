/** Options for `server.listen` of MSW 2 and 3: each reads its own key. */
export interface FailClosed {
  readonly onUnhandledRequest: (request: Request, defaults: Defaults) => void | Promise<void>;
  readonly onUnhandledFrame: (unhandled: {
    readonly frame: { readonly data: unknown };
    readonly defaults: Defaults;
  }) => void | Promise<void>;
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

/**
 * All that `defaults.error` is for here is to print; what ends the request is what is thrown, a response that is a network
 * error. At once where it can be: early versions of MSW 2 do not wait for a promise, and let the request out meanwhile.
 */
function refuse(url: string, defaults: Defaults): void | Promise<void> {
  if (isLocal(url)) return undefined;
  const printed = print(defaults);
  if (!printed) throw Response.error();
  return printed.then(() => {
    throw Response.error();
  });
}

/** Early versions of MSW 2 throw an error of their own when they have printed. */
function print({ error }: Defaults): Promise<unknown> | undefined {
  try {
    const printed = error();
    return printed instanceof Promise ? printed : undefined;
  } catch {
    return undefined;
  }
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
