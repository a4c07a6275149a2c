/** A call, a cell or a command of a transcript. */
export interface Reference {
  readonly session: string;
  /** The id the API gave it. */
  readonly id: string;
}
