import { createRequire } from "node:module";
import type { StateMachine } from "../../lib/index.ts";

const validator = createRequire(import.meta.url)("asl-validator");

/** What asl-validator has to say against a machine. */
export function diagnose(machine: StateMachine): unknown[] {
  const { isValid, errors } = validator(JSON.parse(JSON.stringify(machine)));
  return isValid ? [] : errors;
}
