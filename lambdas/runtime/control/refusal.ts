/** A command that cannot be carried out. The message says what is wrong, and what to do. */
export class Refusal extends Error {
  override readonly name = "Refusal";
}
