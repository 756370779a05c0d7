import type { Kernel } from "../kernel/kernel.ts";

/** Disables all scheduled rules of the default bus, so that nothing happens automatically. */
export async function stopSchedules(kernel: Kernel): Promise<void> {
  const { Rules } = await kernel.call("events", "ListRules", {});
  for (const { Name, ScheduleExpression } of Rules) {
    if (ScheduleExpression) await kernel.call("events", "DisableRule", { Name });
  }
}
