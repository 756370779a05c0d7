import type { TableItem } from "../../../lib/contract/table.ts";
import type { Log } from "../ports/telemetry.ts";
import { isSealable } from "../work/claim.ts";
import type { EndPorts } from "./ports.ts";

/**
 * Seals what a succeeded run has left behind although its definition leaves nothing. During a deployment, an
 * execution may have begun on another definition than the one that its intake knew.
 */
export async function sealForgotten(
  items: readonly TableItem[],
  { claims, log }: Pick<EndPorts, "claims"> & { log: Pick<Log, "warn"> },
): Promise<void> {
  const run = items.find((item) => item.kind === "run");
  if (run?.status !== "succeeded" || !run.leavesNothing) return;
  const { run: id, epoch } = run;
  const left = items.filter(
    (item) =>
      (item.kind === "claim" && item.epoch === epoch && isSealable(item)) ||
      (item.kind === "approval" && item.epoch === epoch && item.state === "pending"),
  );
  if (left.length === 0) return;
  log.warn("A run has succeeded and left work behind; it is sealed now.", { run: id, items: left.length });
  await claims.seal(id, epoch);
}
