import { ordering } from "../order.ts";
import { forRunOrSubscriber } from "../target.ts";

export const resume = () =>
  ordering(
    "resume",
    "resume a paused run, or a paused or drained workflow or reaction",
    ["<run or subscriber>", "id of a run, or name of a workflow or reaction"],
    (name, said) => forRunOrSubscriber(name, { action: "resume", ...said }),
  );
