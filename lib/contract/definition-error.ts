/** A definition that cannot be used, with what to write instead. */
export class DefinitionError extends Error {
  override readonly name = "DefinitionError";
}
