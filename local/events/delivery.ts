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
  /** Its X-Ray header. */
  trace: string | undefined;
  /** When the bus accepted the event, milliseconds. */
  ingested: number;
  /** Number of failed attempts. */
  attempts: number;
  /** The event came from another bus, and may not go to a third one. */
  forwarded: boolean;
}
