import { access } from "../kernel/access.ts";
import type { Engine } from "../kernel/engine.ts";
import { pipesResources } from "./resources.ts";
import { pipesService } from "./service.ts";

export const pipesEngine: Engine<"pipes"> = {
  name: "pipes",
  service: pipesService,
  resources: pipesResources,
  wire: { protocol: "rest" },
  accesses(kernel, operation, { Name }) {
    return [access(`pipes:${operation}`, Name === undefined ? "*" : kernel.arn("pipes", `pipe/${Name}`))];
  },
};
