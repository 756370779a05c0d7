import { access, arnOf } from "../kernel/access.ts";
import type { Engine } from "../kernel/engine.ts";
import { logsResources } from "./resources.ts";
import { logsService } from "./service.ts";

export const logsEngine: Engine<"logs"> = {
  name: "logs",
  service: logsService,
  resources: logsResources,
  wire: { protocol: "json", target: "Logs_20140328" },
  accesses(kernel, operation, input) {
    const group = arnOf(input.logGroupIdentifier ?? input.logGroupName, (name) =>
      kernel.arn("logs", `log-group:${name}`),
    );
    const stream = input.logStreamName === undefined ? "*" : `log-stream:${input.logStreamName}`;
    return [access(`logs:${operation}`, group === undefined ? "*" : `${group}:${stream}`)];
  },
};
