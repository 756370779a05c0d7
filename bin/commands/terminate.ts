import { actionCommand } from "../action.ts";

export const terminate = () =>
  actionCommand(
    "terminate",
    "terminate a run; completed steps that declare an undo are undone",
    ["<run>", "id of the run"],
    (run, base) => ({ action: "terminate", target: { run }, ...base }),
  );
