import { access } from "../kernel/access.ts";
import type { Engine } from "../kernel/engine.ts";
import { cloudWatchResources } from "./resources.ts";
import { cloudWatchService } from "./service.ts";

export const cloudWatchEngine: Engine<"monitoring"> = {
  name: "monitoring",
  service: cloudWatchService,
  resources: cloudWatchResources,
  wire: { protocol: "json", target: "GraniteServiceVersion20100801" },
  accesses(kernel, operation, { AlarmName }) {
    const resource = AlarmName === undefined ? "*" : kernel.arn("cloudwatch", `alarm:${AlarmName}`);
    return [access(`cloudwatch:${operation}`, resource)];
  },
};
