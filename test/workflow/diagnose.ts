import { createRequire } from "node:module";
import type { StateMachine } from "../../lib/index.ts";

const validator = createRequire(import.meta.url)("asl-validator");

/** What asl-validator has to say against a machine, but for empty texts, which it refuses and the service takes. */
export function diagnose(machine: StateMachine): unknown[] {
  const filled = JSON.parse(JSON.stringify(machine), (_field, value) => (value === "" ? "empty" : value));
  const { isValid, errors } = validator(filled);
  return isValid ? [] : errors;
}
