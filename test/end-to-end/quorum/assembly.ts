import { join } from "node:path";
import { sharedApp } from "../../shared-app.ts";
import { releasePayment } from "./app/workflow.ts";

/** Synthesizes the app of payments that two people release. */
export function paymentsAssembly(): string {
  const handlers = join(import.meta.dirname, "app");
  return sharedApp("payments", "Payments", { workflows: [releasePayment], handlers });
}
