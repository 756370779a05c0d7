import { ordering } from "../order.ts";

export const terminate = () =>
  ordering(
    "terminate",
    "end a run before its time; what it did is undone where its steps say how",
    ["<run>", "the run's id, as listed by runs"],
    (run, said) => ({ action: "terminate", target: { run }, ...said }),
  );
