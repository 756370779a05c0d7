import { ordering } from "../order.ts";

export const retry = () =>
  ordering(
    "retry",
    "retry a failed run from the step that failed",
    ["<run>", "id of the run"],
    (run, said) => ({ action: "retry", target: { run }, ...said }),
  );
