import { actionCommand } from "../action.ts";

export const retry = () =>
  actionCommand(
    "retry",
    "retry a failed run from the step that failed",
    ["<run>", "id of the run"],
    (run, base) => ({ action: "retry", target: { run }, ...base }),
  );
