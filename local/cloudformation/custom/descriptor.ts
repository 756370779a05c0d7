import type { Engine } from "../../kernel/engine.ts";
import { customResource } from "./provider.ts";
import { customResourceResponses } from "./responses.ts";

export const customResourceEngine: Engine<"custom-resource-responses"> = {
  name: "custom-resource-responses",
  service: customResourceResponses,
  resources: [customResource],
  wire: { protocol: "rest", hosts: [/^custom-resource-responses\.localhost$/] },
  accesses: () => [],
};
