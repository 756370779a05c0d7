import { ordering } from "../order.ts";

export const retry = () =>
  ordering(
    "retry",
    "try a run that did not succeed again, from the step that failed",
    ["<run>", "the run's id, as listed by runs"],
    (run, said) => ({ action: "retry", target: { run }, ...said }),
  );
