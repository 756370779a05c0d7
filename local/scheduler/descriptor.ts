import { access } from "../kernel/access.ts";
import type { Engine } from "../kernel/engine.ts";
import { schedulerResources } from "./resources.ts";
import { schedulerService } from "./service.ts";

export const schedulerEngine: Engine<"scheduler"> = {
  name: "scheduler",
  service: (kernel) => schedulerService(kernel),
  resources: schedulerResources,
  wire: { protocol: "rest" },
  accesses(kernel, operation, input) {
    const { Name, GroupName = "default", ResourceArn = "*" } = input;
    const named = operation.endsWith("ScheduleGroup")
      ? `schedule-group/${Name}`
      : `schedule/${GroupName}/${Name}`;
    const resource = Name === undefined ? ResourceArn : kernel.arn("scheduler", named);
    return [access(`scheduler:${operation}`, resource)];
  },
};
