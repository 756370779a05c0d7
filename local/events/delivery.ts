import type { Target } from "./targets.ts";

/** One event on its way to one target. */
export interface Delivery {
  id: number;
  bus: string;
  rule: string;
  ruleArn: string;
  target: Target;
  /** The event as JSON text. */
  event: string;
  /** The X-Ray header that came with it. */
  trace: string | undefined;
  /** When the bus took the event in, milliseconds. */
  ingested: number;
  /** Attempts that failed. */
  attempts: number;
  /** The event came from another bus, and may not go to a third one. */
  forwarded: boolean;
}
