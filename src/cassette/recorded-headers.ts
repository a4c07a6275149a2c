import type { Headers as RecordedHeaders } from './exchange.ts';

/** Headers of one connection, or of how a body was packed on it. */
const OF_CONNECTION =
  'connection keep-alive proxy-connection te trailer transfer-encoding upgrade content-length content-encoding accept-encoding accept-language sec-fetch-mode host';
/** What a client says of the machine it runs on. */
const OF_MACHINE =
  'x-stainless-arch x-stainless-os x-stainless-runtime x-stainless-runtime-version x-stainless-read-timeout x-stainless-timeout';
/** What the servers in front of the API say of themselves. */
const OF_EDGE =
  'alt-svc cf-cache-status cf-ray content-security-policy date nel report-to server server-timing strict-transport-security traceresponse vary via x-envoy-upstream-service-time x-robots-tag';

const IGNORED = new Set([OF_CONNECTION, OF_MACHINE, OF_EDGE].join(' ').split(' '));

/** What MSW adds to a request that it is to let through. */
const MSW_MARK = /(?:, )?msw\/passthrough$/;

/** The headers that matter: all but those that differ from one connection, machine or moment to the next. */
export function recordedHeaders(headers: Headers): RecordedHeaders {
  return Object.fromEntries(
    [...headers]
      .filter(([name]) => !IGNORED.has(name))
      .map(([name, value]) => [name, value.replace(MSW_MARK, '')]),
  );
}
