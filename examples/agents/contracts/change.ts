import * as z from "zod";
import type { Payload } from "../protocol.ts";

/** A changed clause; "" if it did not exist before, or no longer exists. */
export const ClauseChange = z.object({
  clause: z.string(),
  heading: z.string(),
  before: z.string(),
  after: z.string(),
});
export type ClauseChange = z.infer<typeof ClauseChange>;

/** The payload of a "contract-change" task. */
export const ContractChange = z.object({
  contractId: z.string(),
  party: z.string(),
  changes: z.array(ClauseChange).min(1),
});
export type ContractChange = z.infer<typeof ContractChange>;

export function changeOf(payload: Payload): ContractChange {
  return ContractChange.parse(payload);
}

/** A contract in the table. */
export interface Contract {
  contractId: string;
  party: string;
  clauses: Record<string, { heading: string; text: string }>;
}

/** The clauses that a change of a contract concerns. */
export function changedClauses(before: Contract, after: Contract): ClauseChange[] {
  const clauses = [...new Set([...Object.keys(before.clauses), ...Object.keys(after.clauses)])].sort();
  return clauses.flatMap((clause) => {
    const [was, is] = [before.clauses[clause], after.clauses[clause]];
    if (was?.text === is?.text) return [];
    return [{ clause, heading: (is ?? was)!.heading, before: was?.text ?? "", after: is?.text ?? "" }];
  });
}
