import type { ItemKey } from "../../../lib/contract/keys/item-key.ts";
import type { ApprovalDecision } from "../../../lib/contract/messages/approval-message.ts";
import type { Delegation } from "../../../lib/contract/quorum.ts";
import type { ApprovalItem } from "../../../lib/contract/table.ts";

/** The result of a decision. `counted`: the item after it, if several people decide. */
export type Decided =
  | { decided: true; counted?: ApprovalItem | undefined }
  | { decided: false; existing: ApprovalItem | undefined; why?: string | undefined };

/** Approvals: the questions to people. */
export interface Approvals {
  /**
   * Opens the approval, its next level, or the same again; with `over`, it is only opened if it was never
   * opened, and otherwise its token gets the answer. See `asked`. Answers the item after that.
   */
  open(approval: ApprovalItem, over?: boolean): Promise<ApprovalItem>;
  /** The item, read consistently. */
  read(key: ItemKey): Promise<ApprovalItem | undefined>;
  /**
   * Writes the decision: a person's until the timeout, that of the timeout from then on. The first one
   * counts; if several people decide, each is counted, see `vote`. `existing`: it was decided or closed
   * before, it is not the time for it, the person may not decide (`why`), or it was never opened (undefined).
   */
  decide(
    question: ItemKey & Pick<ApprovalItem, "quorum" | "notBy" | "delegations">,
    decision: ApprovalDecision,
    by?: "person" | "silence",
  ): Promise<Decided>;
  /** Names another who may decide in the place of a person. */
  delegate(key: ItemKey, delegation: Omit<Delegation, "at">): Promise<Decided>;
  /** Closes an approval without a decision: no decision is accepted from then on. */
  close(key: ItemKey): Promise<void>;
}
