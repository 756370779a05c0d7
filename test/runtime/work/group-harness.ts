import * as z from "zod";
import { answerIfOver } from "../../../lambdas/runtime/wait/answer-if-over.ts";
import type { GroupMessage } from "../../../lambdas/runtime/work/group/message.ts";
import { walkGroup } from "../../../lambdas/runtime/work/group/walk.ts";
import type { WorkPorts } from "../../../lambdas/runtime/work/ports.ts";
import { wholeMessage } from "../../../lib/contract/groups/grouped-list.ts";
import { claimKey } from "../../../lib/contract/keys/claim.ts";
import { defineStep, type StepSpec } from "../../../lib/contract/step.ts";
import type { ClaimItem } from "../../../lib/contract/table.ts";
import { first, LEASE_OF_A_DEAD_WORKER, RUN, workHarness } from "./work-harness.ts";

const Text = z.object({ text: z.string(), also: z.string().optional() });
const step = (name: string, options: object = {}) =>
  defineStep(name, { input: Text, output: Text, timeout: "5 seconds", ...options }) as StepSpec;

export const specs: Record<string, StepSpec> = {
  pack: step("pack"),
  weigh: step("weigh"),
  send: step("send"),
  label: step("label"),
  stamp: step("stamp"),
};
export const NAMES = ["pack", "weigh", "send"];

/** The steps, of which these are safe to repeat. */
export function repeatable(...names: string[]): Record<string, StepSpec> {
  const declared = names.map((name) => [name, { ...specs[name]!, repeatable: true as const }]);
  return { ...specs, ...Object.fromEntries(declared) };
}
export const ALL_REPEATABLE = repeatable(...Object.keys(specs));

/** How often each step fails first. */
export const FAILING: [string, Record<string, number>][] = [
  ["all goes well", {}],
  ["a step fails once", { weigh: 1 }],
  ["each step fails once", { pack: 1, weigh: 1, send: 1 }],
];
/** Milliseconds after which each step of a delivery knows of a change of the run that seals no claim. */
export const SEEN_WITHIN = 1_000;

/** A message of three steps: each takes the text of the one before, and the first that of the run. */
export const group: GroupMessage = {
  ...first,
  step: "pack",
  path: "pack",
  input: null,
  reads: [],
  group: {
    values: { v0: { id: "o1" } },
    answer: { pack: 0, send: 2 },
    steps: [
      {
        step: "pack",
        path: "pack",
        input: {},
        reads: ["text"],
        undo: "unpack",
        fills: [{ at: ["text"], from: { value: "v0" }, select: ["id"] }],
      },
      {
        step: "weigh",
        path: "weigh",
        input: {},
        reads: [],
        fills: [{ at: ["text"], from: { result: 0 }, select: ["text"] }],
      },
      {
        step: "send",
        path: "send",
        input: {},
        reads: ["text"],
        fills: [{ at: ["text"], from: { result: 1 }, select: ["text"] }],
      },
    ],
  },
};
/**
 * The same with branches: label and stamp run while weigh runs, and send comes after both.
 *
 *     pack ──▶ label ──▶ stamp ──▶ send
 *       └──▶ weigh ────────────────▶┘
 */
export const diamond: GroupMessage = {
  ...group,
  group: {
    values: { v0: { id: "o1" } },
    answer: { pack: 0, send: 4 },
    steps: [
      { ...group.group.steps[0]!, after: [] },
      {
        step: "label",
        path: "label",
        input: {},
        after: [0],
        reads: [],
        undo: "peel",
        fills: [{ at: ["text"], from: { result: 0 }, select: ["text"] }],
      },
      {
        step: "stamp",
        path: "stamp",
        input: {},
        after: [1],
        reads: [],
        fills: [{ at: ["text"], from: { result: 1 }, select: ["text"] }],
      },
      {
        step: "weigh",
        path: "weigh",
        input: {},
        after: [0],
        reads: [],
        fills: [{ at: ["text"], from: { result: 0 }, select: ["text"] }],
      },
      {
        step: "send",
        path: "send",
        input: { also: null },
        after: [2, 3],
        reads: ["text"],
        fills: [
          { at: ["text"], from: { result: 2 }, select: ["text"] },
          { at: ["also"], from: { result: 3 }, select: ["text"] },
        ],
      },
    ],
  },
};
export const DIAMOND_ANSWER = JSON.stringify({
  pack: { text: "o1 pack" },
  send: { text: "o1 pack label stamp send" },
});
/** In the order of their positions. */
export const DIAMOND_NAMES = ["pack", "label", "stamp", "weigh", "send"];

/** What the state machine is answered. */
export const ANSWER = JSON.stringify({ pack: { text: "o1 pack" }, send: { text: "o1 pack weigh send" } });

interface Began {
  step: string;
  attempt: number;
  input: unknown;
}

type Code = (began: Began) => unknown;

/** A worker of the group over ports in memory. */
export function groupHarness(declared: Record<string, StepSpec> = specs, base: GroupMessage = group) {
  const harness = workHarness();
  const began: Began[] = [];
  let invocations = 0;
  const claim = (path: string, epoch = 1) =>
    harness.state.get(claimKey(RUN, epoch, path)) as ClaimItem | undefined;

  return {
    ...harness,
    began,
    claim,
    /** Delivers a message. `code` replaces that of single steps; `ports` those of this delivery. */
    async deliver(
      message: Partial<GroupMessage> = {},
      code: Record<string, Code> = {},
      ports: WorkPorts = harness.ports,
    ) {
      const delivered = { ...base, ...message };
      const invocation = {
        id: `invocation ${++invocations}`,
        deadline: harness.clock.now + LEASE_OF_A_DEAD_WORKER,
      };
      const outcome = await walkGroup(
        wholeMessage(delivered),
        ({ step: name }) => ({
          spec: declared[name]!,
          ports,
          code: async (input, { attempt }) => {
            began.push({ step: name, attempt, input });
            return (await code[name]?.({ step: name, attempt, input })) ?? { text: `${input.text} ${name}` };
          },
        }),
        invocation,
        ports,
        delivered,
      );
      if (outcome.kind === "dropped") await answerIfOver(delivered, ports);
      return outcome;
    },
  };
}

/** Ports of which the call of this number is the last, made or not: the worker is dead then. */
function dying(ports: WorkPorts, at: number, when: "before" | "after") {
  let calls = 0;
  let die = () => {};
  const died = new Promise<"died">((resolve) => {
    die = () => resolve("died");
  });
  const mortal = (target: any): any =>
    new Proxy(target, {
      get(of, name) {
        const value = of[name];
        if (typeof value === "object" && value !== null && !["log", "metrics"].includes(name as string))
          return mortal(value);
        if (typeof value !== "function" || ["now", "random"].includes(name as string)) return value;
        return async (...given: unknown[]) => {
          const call = calls++;
          if (call > at || (call === at && when === "before")) {
            die();
            return await new Promise(() => {});
          }
          const answer = await value.apply(of, given);
          if (call < at) return answer;
          die();
          return await new Promise(() => {});
        };
      },
    });
  return { ports: mortal(ports) as WorkPorts, died, reached: () => calls > at };
}

/**
 * Walks the group with a worker that dies at the call of this number, then with others until the machine has the answer.
 * `failing`: how often each step fails first. Answers whether the call was reached.
 */
export async function walkDespiteDeath(
  harness: Pick<ReturnType<typeof groupHarness>, "clock" | "machines" | "deliver"> & { ports: WorkPorts },
  failing: Record<string, number>,
  at: number,
  when: "before" | "after",
): Promise<boolean> {
  const fails = { ...failing };
  const code = Object.fromEntries(
    Object.keys(specs).map((name) => [
      name,
      () => {
        const left = fails[name] ?? 0;
        fails[name] = left - 1;
        if (left > 0) throw new Error("no");
      },
    ]),
  );
  const doomed = dying(harness.ports, at, when);
  let attempt = 1;
  let delivery: Promise<unknown> = Promise.race([
    harness.deliver({ attempt, taskToken: `t${attempt}` }, code, doomed.ports),
    doomed.died,
  ]);
  for (let deliveries = 0; deliveries < 12; deliveries++) {
    await delivery;
    const last = harness.machines.answers.at(-1) as { token: string; output?: unknown } | undefined;
    if (last?.output) break;
    if (last?.token === `t${attempt}`) attempt++;
    harness.clock.now += LEASE_OF_A_DEAD_WORKER + 6_000;
    delivery = harness.deliver({ attempt, taskToken: `t${attempt}` }, code);
  }
  return doomed.reached();
}
