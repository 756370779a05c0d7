import { access, arnOf } from "../kernel/access.ts";
import type { Engine } from "../kernel/engine.ts";
import { lambdaResources } from "./resources.ts";
import { lambdaService } from "./service.ts";

export const lambdaEngine: Engine<"lambda"> = {
  name: "lambda",
  service: (kernel) => lambdaService(kernel),
  resources: lambdaResources,
  wire: { protocol: "rest", hosts: [/\.lambda-url(?:\.[a-z0-9-]+)?\.(?:localhost|127\.0\.0\.1)$/] },
  accesses(kernel, operation, input) {
    const resource = arnOf(input.FunctionName, (name) => kernel.arn("lambda", `function:${name}`)) ?? "*";
    return [
      access(operation.startsWith("Invoke") ? "lambda:InvokeFunction" : `lambda:${operation}`, resource),
    ];
  },
};
