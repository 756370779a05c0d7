import { access } from "../kernel/access.ts";
import type { Engine } from "../kernel/engine.ts";
import { xrayService } from "./service.ts";

export const xrayEngine: Engine<"xray"> = {
  name: "xray",
  service: xrayService,
  resources: [],
  wire: { protocol: "rest" },
  accesses: (_kernel, operation) => [access(`xray:${operation}`, "*")],
};
