import * as z from "zod";
import { defineEvent, defineWorkflow } from "../../../../lib/index.ts";

/** A reimbursement is requested. */
export const ExpenseClaimed = defineEvent("expense.claimed", {
  version: 1,
  schema: z.object({ expenseId: z.string(), amount: z.number() }),
  identity: (expense) => expense.expenseId,
});

/** The manager has two days to look at it; then the next level is asked as well. */
export const approveExpense = defineWorkflow("approve-expense", {
  on: ExpenseClaimed,
  deadline: "6 days",
  run: (w, expense) => {
    const review = w.approval("manager", {
      show: { amount: expense.amount },
      within: "2 days",
      otherwise: "escalate",
    });
    return { approved: review.approved };
  },
});
