import { ordering } from "../order.ts";
import { forRunOrWorkflow } from "../target.ts";

export const resume = () =>
  ordering(
    "resume",
    "let a paused run, or a paused or drained workflow, go on",
    ["<run or workflow>", "a run's id, or a workflow's name"],
    (name, said) => forRunOrWorkflow(name, { action: "resume", ...said }),
  );
