import { expect, test } from "vitest";
import { describePast } from "../../bin/describe-past.ts";
import { describeEntry } from "../../bin/entry.ts";
import { fold } from "../../lib/contract/log/fold.ts";
import { inOrder } from "../../lib/contract/log/log-order.ts";
import {
  approvalItem,
  claimItem,
  deferredItem,
  log,
  RUN,
  runItem,
  seconds,
  waiterItem,
} from "../runtime/relay/log-items.ts";

const failure = { policy: "retry" as const, name: "Error", message: "no line" };
const paused = { by: "ada", why: "lunch", key: "k", at: seconds(4) };
const ALL = inOrder([
  ...log(runItem(1, 0), runItem(2, 1, { status: "running" }), runItem(3, 4, { status: "running", paused })),
  ...log(
    claimItem(1, 1),
    claimItem(2, 3, { state: "failed", failure, startedAt: seconds(1), endedAt: seconds(3) }),
  ),
  ...log(deferredItem(5, { dueAt: seconds(600) })),
  ...log(waiterItem(1, 6)),
  ...log(
    approvalItem(1, 7, { why: "it is long" }),
    approvalItem(2, 60, {
      why: "it is long",
      state: "decided",
      askedAt: seconds(7),
      decidedAt: seconds(60),
      decision: { approved: false, decidedBy: "bob", note: "too long" },
    }),
  ),
]);

test("the log has a line for each entry", () => {
  expect(ALL.map((entry) => describeEntry(entry, seconds(0)))).toEqual([
    "     +0 ms  run.accepted",
    "    +1.0 s  step.started        a  attempt 1",
    "    +1.0 s  run.started",
    "    +3.0 s  step.failed         a  attempt 1, took 2.0 s, Error: no line",
    "    +4.0 s  run.paused          by ada: lunch",
    "    +5.0 s  step.deferred       a  run paused, until 2026-11-21T10:10:00.000Z",
    "    +6.0 s  wait.started        payment  order.paid of o1",
    "    +7.0 s  escalation.raised   editor  asks editor, it is long",
    "+1 min 0 s  approval.decided    editor  rejected by bob: too long",
  ]);
});

test("a run is shown at a past time: what was known then, and nothing later", () => {
  const time = seconds(10);
  const past = describePast(fold(ALL.filter(({ at }) => at <= time))!, time);
  expect(past.split("\n")).toEqual([
    `${RUN}  running  state at ${time}`,
    `started by n e at ${seconds(0)}`,
    `pause by ada at ${seconds(4)}: lunch`,
    "",
    "STEP    STATE    ATTEMPT  STARTED                   TOOK",
    `a       failed   1        ${seconds(1)}  2.0 s`,
    `editor  pending  1        ${seconds(7)}  3.0 s, editor has to decide: it is long`,
    "",
    "Waits:",
    `  payment for order.paid of o1, since ${seconds(6)}`,
    "",
    "Failed attempts:",
    `  ${seconds(3)}  a, attempt 1: Error: no line`,
  ]);
});
