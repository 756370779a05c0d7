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
const Subject = z.object({ about: z.string() });
const eventAbout = <const Name extends string>(name: Name) =>
  defineEvent(name, { version: 1, schema: Subject });

export const UserChanged = eventAbout("user.changed");
export const UserRemoved = eventAbout("user.removed");
export const ReportLanded = eventAbout("report.landed");
export const BacklogGrew = eventAbout("backlog.grew");
export const HostStopped = eventAbout("host.stopped");

/**
 * A shop that sends an order twice sends two messages; only the order's number shows that they are the same.
 */
export const OrderTaken = defineEvent("order.taken", {
  version: 1,
  schema: Subject.extend({ order: z.string() }),
  identity: ({ order }) => order,
});

export const MorningCame = defineEvent("morning.came", {
  version: 1,
  schema: Subject.extend({ scheduledFor: z.iso.datetime() }),
});
