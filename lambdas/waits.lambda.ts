import { waits } from "./runtime/handlers/waits-handler.ts";

/** Waits for no events from outside: only for signals between branches, and children. */
export const handler = waits([]);
