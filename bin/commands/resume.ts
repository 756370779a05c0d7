import { ordering } from "../order.ts";
import { forRunOrSubscriber } from "../target.ts";

export const resume = () =>
  ordering(
    "resume",
    "let a paused run, or a paused or drained workflow or reaction, go on",
    ["<run or subscriber>", "a run's id, or the name of a workflow or a reaction"],
    (name, said) => forRunOrSubscriber(name, { action: "resume", ...said }),
  );
