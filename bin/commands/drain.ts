import { ordering } from "../order.ts";

export const drain = () =>
  ordering(
    "drain",
    "let a workflow begin no further runs; events wait until it is resumed",
    ["<workflow>", "its name"],
    (workflow, said) => ({ action: "drain", target: { workflow }, ...said }),
  );
