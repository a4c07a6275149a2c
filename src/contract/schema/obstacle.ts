/** Steps to a value: keys and indices, `*` for any other. */
export type ValuePath = readonly (string | number)[];

/** What a schema says of a value that can be in the way of containment. Named after the keyword where there is one. */
export type ObstacleRule =
  | 'type'
  | 'enum'
  | 'minimum'
  | 'maximum'
  | 'multipleOf'
  | 'minLength'
  | 'maxLength'
  | 'pattern'
  | 'format'
  | 'minItems'
  | 'maxItems'
  | 'uniqueItems'
  | 'contains'
  | 'required'
  /** Whether a key may be there at all. */
  | 'property'
  | 'propertyNames'
  | 'minProperties'
  | 'maxProperties'
  | 'not'
  | 'if'
  | 'oneOf'
  /** Something that is not understood, or too much to look through. */
  | 'schema';

/** Why one schema may admit a value that another does not. */
export interface Obstacle {
  readonly rule: ObstacleRule;
  readonly path: ValuePath;
  /** What the schema that should be the narrower one says. */
  readonly sub: string;
  /** What the one that should be the wider says. */
  readonly super: string;
  /** Values that may show it, of the whole once the obstacle has come up to it. Each is a guess until it is validated. */
  values(): readonly unknown[];
}
