import { DefinitionError } from "../../contract/definition-error.ts";
import { type Callee, placeOf } from "../place.ts";

/** Throws a DefinitionError if what follows on a timeout or after the last round is none of these. */
export function refuseOtherwise(
  what: string,
  otherwise: string | undefined,
  allowed: readonly string[],
  callee: Callee,
): void {
  if (otherwise === undefined || allowed.includes(otherwise)) return;
  const values = allowed.map((value) => `"${value}"`);
  throw new DefinitionError(
    `${what} has "otherwise" ${JSON.stringify(otherwise)}. It must be ${values.slice(0, -1).join(", ")} or ${values.at(-1)}.`,
    placeOf(callee),
  );
}
