import { access } from "../kernel/access.ts";
import type { Engine } from "../kernel/engine.ts";
import { statesResources } from "./resources.ts";
import { statesService } from "./service.ts";

export const statesEngine: Engine<"states"> = {
  name: "states",
  service: statesService,
  resources: statesResources,
  wire: { protocol: "json", target: "AWSStepFunctions" },
  accesses(_kernel, operation, input) {
    if (operation === "InvokeHTTPEndpoint") {
      const { stateMachineArn, endpoint, method } = input;
      const context = { "states:httpendpoint": endpoint, "states:httpmethod": method };
      return [access("states:InvokeHTTPEndpoint", stateMachineArn, context)];
    }
    // A task token belongs to one state machine, which only the service can read.
    const resource = operation.startsWith("SendTask")
      ? undefined
      : (input.stateMachineArn ??
        input.executionArn ??
        input.stateMachineVersionArn ??
        input.activityArn ??
        "*");
    const secrets = operation === "TestState" && input.revealSecrets === true;
    return [
      access(`states:${operation}`, resource),
      ...(secrets ? [access("states:RevealSecrets", "*")] : []),
    ];
  },
};
