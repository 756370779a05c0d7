import { waits } from "./runtime/handlers/waits-handler.ts";

/** Waits for nothing from outside: signals between branches, and children. */
export const handler = waits([]);
