import * as z from "zod";
import { defineEvent, definePool, defineStep, defineWorkflow, jsonata, type Ref } from "../../lib/index.ts";

/** The workflow that is measured: six steps in a row that do nothing, so that what is left is the way between them. */

export const BenchRequested = defineEvent("bench.requested", {
  version: 1,
  schema: z.object({ id: z.string() }),
  identity: (event) => event.id,
});

/** Returns when the step's code began, in epoch milliseconds. */
const Hop = z.object({ hop: z.int(), startedAt: z.number() });

const hop = <const Name extends string>(name: Name) =>
  defineStep(name, { input: z.object({ hop: z.int() }), output: Hop, timeout: "20 seconds" });

export const hopOne = hop("hop-one");
export const hopTwo = hop("hop-two");
export const hopThree = hop("hop-three");
export const hopFour = hop("hop-four");
export const hopFive = hop("hop-five");
export const hopSix = hop("hop-six");

type HopSpec =
  | typeof hopOne
  | typeof hopTwo
  | typeof hopThree
  | typeof hopFour
  | typeof hopFive
  | typeof hopSix;

const six = (as: <Hop extends HopSpec>(hop: Hop) => Hop) =>
  defineWorkflow("bench-six", {
    on: BenchRequested,
    deadline: "1 hour",
    run: (w) => {
      const one = w.step(as(hopOne), { hop: 0 });
      const two = w.step(as(hopTwo), { hop: one.hop });
      const three = w.step(as(hopThree), { hop: two.hop });
      const four = w.step(as(hopFour), { hop: three.hop });
      const five = w.step(as(hopFive), { hop: four.hop });
      return w.step(as(hopSix), { hop: five.hop });
    },
  });

/** Each step has a function of its own. */
export const benchSix = six((hop) => hop);

const hops = definePool("hops", { batch: 10 });

/** The same steps in one function, which handles at most ten messages at once. All six share one message. */
export const benchSixPooled = six((hop) => ({ ...hop, pool: hops }));

/** A step whose code may run several times. */
export const repeatable = <Hop extends HopSpec>(hop: Hop): Hop => ({ ...hop, repeatable: true });

/** The same, with such steps. Their handlers are in `bench/workflow-repeatable`. */
export const benchSixRepeatable = six((hop) => ({ ...repeatable(hop), pool: hops }));

/** The same group, without an execution. */
export const benchSixExpress = { ...benchSixPooled, express: true };

/** The same with up to fifty messages in an invocation: for a workflow of which many runs are open at any time. */
export const benchSixExpress50 = {
  ...six((hop) => ({ ...hop, pool: { ...hops, batch: 50 } })),
  express: true,
};

/** The same with steps that are safe to repeat: their results are written together. */
export const benchSixExpressRepeatable = {
  ...six((hop) => ({ ...repeatable(hop), pool: { ...hops, batch: 50 } })),
  express: true,
};

/** One step, three at the same time, and one after them. */
const branches = (as: <Hop extends HopSpec>(hop: Hop) => Hop) =>
  defineWorkflow("bench-branches", {
    on: BenchRequested,
    deadline: "1 hour",
    run: (w) => {
      const one = w.step(as(hopOne), { hop: 0 });
      const two = w.step(as(hopTwo), { hop: one.hop });
      const three = w.step(as(hopThree), { hop: one.hop });
      const four = w.step(as(hopFour), { hop: one.hop });
      return w.step(as(hopFive), { hop: two.hop }, { after: [three, four] });
    },
  });

export const benchBranches = branches((hop) => hop);
export const benchBranchesApart = branches((hop) => ({ ...hop, pool: { ...hops, fuse: false } }));
export const benchBranchesPooled = branches((hop) => ({ ...hop, pool: hops }));
export const benchBranchesExpress = { ...benchBranchesPooled, express: true };

/** Two steps for each item of a list. */
const list = (as: <Hop extends HopSpec>(hop: Hop) => Hop, apart: boolean) =>
  defineWorkflow("bench-list", {
    on: BenchRequested,
    deadline: "1 hour",
    run: (w, { id }) => {
      const twenty: Ref<number[]> = jsonata`[1..20][$exists(${id})]`;
      w.each(twenty, (hop) => w.step(as(hopTwo), { hop: w.step(as(hopOne), { hop }).hop }), {
        as: "items",
        most: 20,
        apart,
      });
    },
  });

export const benchList = list((hop) => hop, false);
export const benchListApart = list((hop) => ({ ...hop, pool: hops }), true);
export const benchListPooled = list((hop) => ({ ...hop, pool: hops }), false);

/** The same function, with a message for each step. */
export const benchSixApart = six((hop) => ({ ...hop, pool: { ...hops, fuse: false } }));
