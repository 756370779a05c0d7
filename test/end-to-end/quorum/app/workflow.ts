import * as z from "zod";
import { defineEvent, defineWorkflow } from "../../../../lib/index.ts";

export const PaymentRequested = defineEvent("payment.requested", {
  version: 1,
  schema: z.object({ payment: z.string(), by: z.string() }),
  identity: ({ payment }) => payment,
});

/** Two of those who may decide, and not the one who requested it. */
export const releasePayment = defineWorkflow("release-payment", {
  on: PaymentRequested,
  deadline: "6 days",
  run: (w, request) => {
    const review = w.approval("treasurer", {
      show: { payment: request.payment },
      approvals: 2,
      rejections: 2,
      requestedBy: request.by,
      within: "2 days",
      otherwise: "reject",
    });
    return { approved: review.approved, by: review.decidedBy };
  },
});
