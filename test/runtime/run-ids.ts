import { RUN_DIGEST_LENGTH } from "../../lib/contract/runs/run-id.ts";

/** The id of a run or reaction run by a short name, as long as a real one. */
export function idOf(name: string, workflow = "w"): string {
  return `${workflow}-${name.padEnd(RUN_DIGEST_LENGTH, "0")}`;
}
