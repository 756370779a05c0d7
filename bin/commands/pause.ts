import { actionCommand } from "../action.ts";
import { forRunOrSubscriber } from "../target.ts";

export const pause = () =>
  actionCommand(
    "pause",
    "pause a run, a workflow or a reaction: no new step starts and no event is handled",
    ["<run or subscriber>", "id of a run, or name of a workflow or reaction"],
    (name, base) => forRunOrSubscriber(name, { action: "pause", ...base }),
  );
