import * as z from "zod";
import {
  defineAbsence,
  defineEvent,
  defineStep,
  defineThreshold,
  defineWorkflow,
} from "../../../../lib/index.ts";

const Payment = z.object({ payment: z.string(), customer: z.string(), cents: z.int() });
export const PaymentDeclined = defineEvent("payment.declined", {
  version: 1,
  schema: Payment,
  identity: ({ payment }) => payment,
  key: ({ customer }) => customer,
});

const Suspicion = z.object({ customer: z.string(), value: z.number() });
export const CustomerDeclined = defineEvent("customer.declined", { version: 1, schema: Suspicion });
export const LossRose = defineEvent("loss.rose", { version: 1, schema: Suspicion });
export const CustomerSilent = defineEvent("customer.silent", {
  version: 1,
  schema: z.object({ customer: z.string(), last: z.string() }),
});

export const manyDeclines = defineThreshold("many-declines", {
  on: PaymentDeclined,
  count: 3,
  within: "10 minutes",
  event: CustomerDeclined,
});
export const largeLosses = defineThreshold("large-losses", {
  on: PaymentDeclined,
  sum: ({ cents }) => cents,
  atLeast: 10_000,
  within: "1 hour",
  by: () => "all",
  event: LossRose,
});
export const silentCustomers = defineAbsence("silent-customers", {
  on: PaymentDeclined,
  within: "2 hours",
  by: ({ customer }) => customer,
  event: CustomerSilent,
});

export const write = defineStep("write", {
  input: z.object({ about: z.string() }),
  output: z.object({ about: z.string() }),
  timeout: "1 minute",
});
export const review = defineWorkflow("review", {
  on: [CustomerDeclined, LossRose],
  run: (w, { customer }) => w.step(write, { about: customer }),
});
export const ask = defineWorkflow("ask", {
  on: CustomerSilent,
  run: (w, { customer }) => w.step(write, { about: customer }),
});
