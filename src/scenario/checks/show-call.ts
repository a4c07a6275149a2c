/** Longest a value may be in a message. */
const LIMIT = 300;

/** A call as one reads it: `fetch_sales_data({"sku":"ABC123"})`, or `fetch_sales_data(…)` for any arguments. */
export function showCall(call: {
  readonly call?: string;
  readonly name?: string;
  readonly input?: Readonly<Record<string, unknown>> | undefined;
  readonly caller?: string | undefined;
}): string {
  const { call: expectedName, name, input, caller } = call;
  const shown = `${expectedName ?? name}(${input === undefined ? '…' : json(input)})`;
  return expectedName !== undefined && caller !== undefined ? `${shown} by ${caller}` : shown;
}

/** A value as JSON, cut when it is very long. */
export function json(value: unknown): string {
  const text = JSON.stringify(value);
  return text.length > LIMIT ? `${text.slice(0, LIMIT)}… (${text.length} characters)` : text;
}
