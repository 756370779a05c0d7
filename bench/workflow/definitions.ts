import * as z from "zod";
import { defineEvent, defineStep, defineWorkflow } from "../../lib/index.ts";

/** The workflow that is measured: six steps in a row that do nothing, so that what is left is the way between them. */

export const BenchRequested = defineEvent("bench.requested", {
  version: 1,
  schema: z.object({ id: z.string() }),
  identity: (event) => event.id,
});

/** Tells when the step's code began, in epoch milliseconds. */
const Hop = z.object({ hop: z.int(), startedAt: z.number() });

const hop = <const Name extends string>(name: Name) =>
  defineStep(name, { input: z.object({ hop: z.int() }), output: Hop, timeout: "20 seconds" });

export const hopOne = hop("hop-one");
export const hopTwo = hop("hop-two");
export const hopThree = hop("hop-three");
export const hopFour = hop("hop-four");
export const hopFive = hop("hop-five");
export const hopSix = hop("hop-six");

export const benchSix = defineWorkflow("bench-six", {
  on: BenchRequested,
  deadline: "1 hour",
  run: (w) => {
    const one = w.step(hopOne, { hop: 0 });
    const two = w.step(hopTwo, { hop: one.hop });
    const three = w.step(hopThree, { hop: two.hop });
    const four = w.step(hopFour, { hop: three.hop });
    const five = w.step(hopFive, { hop: four.hop });
    return w.step(hopSix, { hop: five.hop });
  },
});
