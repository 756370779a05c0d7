import * as z from "zod";
import { defineEvent } from "../../lib/index.ts";

export const PushReceived = defineEvent("push.received", {
  version: 1,
  schema: z.object({
    ref: z.string(),
    after: z.string(),
    repository: z.object({ full_name: z.string() }),
  }),
  key: ({ repository }) => repository.full_name,
});

const User = z.object({ userId: z.string(), mail: z.email() });

export const UserCreated = defineEvent("user.created", { version: 1, schema: User });

/** The log stores one sentence. */
const Told = z.object({ about: z.string() });
const told = <const Name extends string>(name: Name) => defineEvent(name, { version: 1, schema: Told });

export const UserChanged = told("user.changed");
export const UserRemoved = told("user.removed");
export const ReportLanded = told("report.landed");
export const BacklogGrew = told("backlog.grew");
export const HostStopped = told("host.stopped");

/**
 * A shop that sends an order twice sends two messages; only the order's number shows that they are the same.
 */
export const OrderTaken = defineEvent("order.taken", {
  version: 1,
  schema: Told.extend({ order: z.string() }),
  identity: ({ order }) => order,
});

export const MorningCame = defineEvent("morning.came", {
  version: 1,
  schema: Told.extend({ scheduledFor: z.iso.datetime() }),
});
