import { actionCommand } from "../action.ts";
import { subscriberOf } from "../target.ts";

export const drain = () =>
  actionCommand(
    "drain",
    "stop admitting events to a workflow or reaction; admitted runs continue",
    ["<subscriber>", "name of a workflow or reaction"],
    (name, base) => ({ action: "drain", target: subscriberOf(name), ...base }),
  );
