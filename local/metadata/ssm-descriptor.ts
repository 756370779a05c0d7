import { access } from "../kernel/access.ts";
import type { Engine } from "../kernel/engine.ts";
import { ssmResources, ssmService } from "./parameters.ts";

export const ssmEngine: Engine<"ssm"> = {
  name: "ssm",
  service: ssmService,
  resources: ssmResources,
  wire: { protocol: "json", target: "AmazonSSM" },
  accesses(kernel, operation, input) {
    const names: string[] = input.Names ?? [input.Name ?? input.Path ?? "*"];
    return names.map((name) =>
      access(`ssm:${operation}`, kernel.arn("ssm", `parameter/${name.replace(/^\//, "")}`)),
    );
  },
};
