import { deserializing } from "../kernel/input.ts";
import type { Operation } from "../kernel/service.ts";
import { KINDS } from "./kinds.ts";

/**
 * The operations, with SerializationException for input of another type. SDKs write an empty list as an
 * empty value of the form.
 */
export function checkingInputs(operations: Record<string, Operation>): Record<string, Operation> {
  return Object.fromEntries(
    Object.entries(deserializing(KINDS, operations)).map(([name, run]): [string, Operation] => {
      const lists = Object.entries(KINDS[name] ?? {}).flatMap(([member, kind]) =>
        Array.isArray(kind) ? [member] : [],
      );
      const listed: Operation = (input, context) => {
        const empty = lists.filter((member) => input[member] === "").map((member) => [member, []]);
        return run({ ...input, ...Object.fromEntries(empty) }, context);
      };
      return [name, listed];
    }),
  );
}
