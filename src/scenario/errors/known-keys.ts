import * as z from 'zod';

/** The keys that a schema's objects may have at a path, over all alternatives. Empty when any key will do. */
export function knownKeys(schema: z.core.$ZodType, path: readonly PropertyKey[]): string[] {
  const keys = objectsAt(schema, path).flatMap(({ shape }) => Object.keys(shape));
  return [...new Set(keys)];
}

/** Whether a key at a path is what an alternative cannot do without. */
export function isRequired(
  schema: z.core.$ZodType,
  path: readonly PropertyKey[],
  key: string,
): boolean {
  return objectsAt(schema, path).some(
    ({ shape }) => key in shape && shape[key]?._zod.optin !== 'optional',
  );
}

function objectsAt(schema: z.core.$ZodType, path: readonly PropertyKey[]): z.ZodObject[] {
  let level = alternatives(schema);
  for (const key of path) {
    level = level.flatMap((each) => below(each, key)).flatMap(alternatives);
  }
  return level.filter((each) => each instanceof z.ZodObject);
}

function alternatives(schema: z.core.$ZodType): z.core.$ZodType[] {
  if (schema instanceof z.ZodUnion) return schema.options.flatMap(alternatives);
  if (schema instanceof z.ZodOptional) return alternatives(schema.unwrap());
  if (schema instanceof z.ZodLazy) return alternatives(schema.unwrap());
  if (schema instanceof z.ZodPipe) return alternatives(schema.in);
  return [schema];
}

function below(schema: z.core.$ZodType, key: PropertyKey): z.core.$ZodType[] {
  if (schema instanceof z.ZodArray) return [schema.element];
  if (schema instanceof z.ZodRecord) return [schema.valueType];
  if (!(schema instanceof z.ZodObject)) return [];
  const child: z.core.$ZodType | undefined = schema.shape[String(key)];
  return child === undefined ? [] : [child];
}
