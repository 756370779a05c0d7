import * as z from "zod";
import { ActionView, Said, Time } from "./common.ts";

/** The health of a downstream, from the calls of its steps. */
export const BreakerView = z
  .object({
    breaker: z.string(),
    state: z.enum(["closed", "open", "half-open"]),
    until: Time.optional().meta({ description: "Time of the next probe" }),
    forced: ActionView.extend({ to: z.enum(["open", "closed"]) }).optional(),
    inARow: z.int().meta({ description: "Consecutive failures" }),
    usedBy: z.array(z.string()).meta({ description: "Steps and reactions that use it" }),
  })
  .meta({ id: "Breaker" });
export type BreakerView = z.infer<typeof BreakerView>;

export const ForceBreaker = Said.extend({
  to: z.enum(["open", "closed", "auto"]).meta({ description: "auto: opens and closes automatically" }),
}).meta({ id: "ForceBreaker" });
