import { actionCommand } from "../action.ts";
import { forRunOrSubscriber } from "../target.ts";

export const resume = () =>
  actionCommand(
    "resume",
    "resume a paused run, or a paused or drained workflow or reaction",
    ["<run or subscriber>", "id of a run, or name of a workflow or reaction"],
    (name, base) => forRunOrSubscriber(name, { action: "resume", ...base }),
  );
