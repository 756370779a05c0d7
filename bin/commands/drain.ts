import { ordering } from "../order.ts";
import { subscriberOf } from "../target.ts";

export const drain = () =>
  ordering(
    "drain",
    "let a workflow or a reaction begin nothing further; events wait until it is resumed",
    ["<subscriber>", "the name of a workflow or a reaction"],
    (name, said) => ({ action: "drain", target: subscriberOf(name), ...said }),
  );
