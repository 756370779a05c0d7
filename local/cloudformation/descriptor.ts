import type { Deployment } from "../assembly/deploy.ts";
import { access } from "../kernel/access.ts";
import type { Engine } from "../kernel/engine.ts";
import { cloudFormationService } from "./service.ts";

/** It answers about one deployment: each has a service of its own. */
export const cloudFormationEngine: Engine<"cloudformation", Deployment> = {
  name: "cloudformation",
  service: cloudFormationService,
  resources: [],
  wire: { protocol: "query", version: "2010-05-15" },
  accesses: (_kernel, operation) => [access(`cloudformation:${operation}`, "*")],
};
