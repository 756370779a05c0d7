import * as z from "zod";
import { OrderView, Said, Time } from "./common.ts";

/** The health of a downstream, as the steps that call it have seen it. */
export const BreakerView = z
  .object({
    breaker: z.string(),
    state: z.enum(["closed", "open", "half-open"]),
    until: Time.optional().meta({ description: "When one call may try again" }),
    forced: OrderView.extend({ to: z.enum(["open", "closed"]) }).optional(),
    inARow: z.int().meta({ description: "Failures since the last call that was answered" }),
    usedBy: z.array(z.string()).meta({ description: "Steps and reactions" }),
  })
  .meta({ id: "Breaker" });
export type BreakerView = z.infer<typeof BreakerView>;

export const ForceBreaker = Said.extend({
  to: z.enum(["open", "closed", "auto"]).meta({ description: "auto: it decides by itself again" }),
}).meta({ id: "ForceBreaker" });
