import type { Engine } from "../kernel/engine.ts";
import { stsService } from "./sts.ts";

export const stsEngine: Engine<"sts"> = {
  name: "sts",
  service: stsService,
  resources: [],
  wire: { protocol: "query", version: "2011-06-15" },
  // Every caller may ask who it is.
  accesses: () => [],
};
