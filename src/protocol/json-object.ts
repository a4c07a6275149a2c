import * as z from 'zod';

/** Any JSON object, such as a tool's input. */
export type JsonObject = Record<string, unknown>;

/** Takes the object as it is. `z.record` would copy it and lose a key named `__proto__`. */
export const JsonObject: z.ZodType<JsonObject> = z.custom<JsonObject>(
  (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
  { message: 'Input should be a valid dictionary' },
);
