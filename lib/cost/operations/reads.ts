import type { Assumptions } from "../assumptions.ts";
import { CLAIM } from "./claim.ts";

const READ_UNIT = 4 * 1024;

/** The read units of a query that finds nothing. */
export const EMPTY_QUERY = 1;

/** The read units of a query that finds a number of bytes. */
export function unitsRead(bytes: number): number {
  return Math.max(EMPTY_QUERY, Math.ceil(bytes / READ_UNIT));
}

/** The claims of a run are in one partition, and its approvals, of which there are none, in another. */
export function claimReads(claims: number, { resultBytes }: Assumptions): number {
  return unitsRead(claims * (CLAIM.bytes + resultBytes)) + EMPTY_QUERY;
}
