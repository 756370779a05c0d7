import { ordering } from "../order.ts";
import { subscriberOf } from "../target.ts";

export const drain = () =>
  ordering(
    "drain",
    "stop admitting events to a workflow or reaction; admitted runs continue",
    ["<subscriber>", "name of a workflow or reaction"],
    (name, said) => ({ action: "drain", target: subscriberOf(name), ...said }),
  );
