import { ordering } from "../order.ts";
import { forRunOrSubscriber } from "../target.ts";

export const pause = () =>
  ordering(
    "pause",
    "let no further step of a run, or of all runs of a workflow, begin, or let a reaction handle no event",
    ["<run or subscriber>", "a run's id, or the name of a workflow or a reaction"],
    (name, said) => forRunOrSubscriber(name, { action: "pause", ...said }),
  );
