import { ordering } from "../order.ts";

export const terminate = () =>
  ordering(
    "terminate",
    "terminate a run; completed steps that declare an undo are undone",
    ["<run>", "id of the run"],
    (run, said) => ({ action: "terminate", target: { run }, ...said }),
  );
