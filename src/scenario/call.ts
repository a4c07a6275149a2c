import type { CallData, ExpectedCaller } from './data/call-data.ts';

/** How an expected call was made. */
export interface CallOptions {
  /** `code`: by the code of a cell; `direct`: by Claude itself. Default: either. */
  readonly caller?: ExpectedCaller | undefined;
}

/**
 * A tool call, for what a scenario expects or what Claude calls directly. `input` is the whole of the arguments;
 * without it any arguments will do. Throws when the input is not JSON.
 */
export function call(
  name: string,
  input?: Readonly<Record<string, unknown>>,
  options: CallOptions = {},
): CallData {
  return {
    call: name,
    ...(input && { input: onTheWire(input) }),
    ...(options.caller && { caller: options.caller }),
  };
}

/** As it would cross the wire: what JSON drops cannot be a difference. */
function onTheWire(input: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const plain: Record<string, unknown> = JSON.parse(JSON.stringify(input));
  return plain;
}
