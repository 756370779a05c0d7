/** A definition that cannot be used, with what to write instead. */
export class DefinitionError extends Error {
  override readonly name = "DefinitionError";
  /**
   * The line that is wrong, with its path: "/app/workflows.ts:12:31". Undefined if it is that of the caller, which the stack
   * shows.
   */
  readonly place: string | undefined;

  constructor(message: string, place?: string, options?: ErrorOptions) {
    super(message, options);
    this.place = place;
  }
}
