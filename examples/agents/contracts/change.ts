import * as z from "zod";
import type { Payload } from "../protocol.ts";

/** A clause that is not as it was; "" where it was not there, or is there no longer. */
export const ClauseChange = z.object({
  clause: z.string(),
  heading: z.string(),
  before: z.string(),
  after: z.string(),
});
export type ClauseChange = z.infer<typeof ClauseChange>;

/** What a task of the kind "contract-change" is about. */
export const ContractChange = z.object({
  contractId: z.string(),
  party: z.string(),
  changes: z.array(ClauseChange).min(1),
});
export type ContractChange = z.infer<typeof ContractChange>;

export function changeOf(payload: Payload): ContractChange {
  return ContractChange.parse(payload);
}

/** A contract as the table has it. */
export interface Contract {
  contractId: string;
  party: string;
  clauses: Record<string, { heading: string; text: string }>;
}

/** The clauses of a contract that a change of it has touched. */
export function changedClauses(before: Contract, after: Contract): ClauseChange[] {
  const clauses = [...new Set([...Object.keys(before.clauses), ...Object.keys(after.clauses)])].sort();
  return clauses.flatMap((clause) => {
    const [was, is] = [before.clauses[clause], after.clauses[clause]];
    if (was?.text === is?.text) return [];
    return [{ clause, heading: (is ?? was)!.heading, before: was?.text ?? "", after: is?.text ?? "" }];
  });
}
