import { ordering } from "../order.ts";
import { forRunOrWorkflow } from "../target.ts";

export const pause = () =>
  ordering(
    "pause",
    "let no further step of a run, or of all runs of a workflow, begin",
    ["<run or workflow>", "a run's id, or a workflow's name"],
    (name, said) => forRunOrWorkflow(name, { action: "pause", ...said }),
  );
