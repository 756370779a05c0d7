import { tableChanges } from "../../../lambdas/runtime/index.ts";
import { type Contract, changedClauses } from "./change.ts";
import { contractChanges } from "./trigger.ts";

export const handler = tableChanges(contractChanges, {
  modified: ({ before, after, sequence }) => {
    const changes = changedClauses(before as Contract, after as Contract);
    if (changes.length === 0) return undefined;
    const { contractId, party } = after as Contract;
    return {
      taskId: `contract-${contractId}-${sequence}`,
      kind: "contract-change",
      subject: `${party}: ${changes.map(({ heading }) => heading).join(", ")}`.slice(0, 300),
      payload: { contractId, party, changes },
    };
  },
});
