import type { CallChild } from "../../../contract/messages/wait-message.ts";
import { leave } from "../../exit.ts";
import { absent } from "../../expression.ts";
import { bind, code } from "../../frame.ts";
import type { ChildNode } from "../../graph.ts";
import { claimPath } from "../../iteration.ts";
import { template } from "../../jsonata.ts";
import { limitOf } from "../../result-limit.ts";
import { ENTRY, RETRY_SEND, send, sendAndWait } from "../../send.ts";
import { catcher } from "../catch.ts";
import { compileFallback, FOR_GOOD, keepFailure, ofFallback } from "../fallback.ts";
import type { NodeKind } from "../kind.ts";

export const childKind: NodeKind<ChildNode> = {
  ...ofFallback,

  describe: ({ name, workflow, awaited }) =>
    `${name}: workflow ${workflow}${awaited ? "" : ", not waited for"}`,
  draw: ({ workflow }) => ({ kind: "child", label: workflow }),

  uses: () => ({ payload: "passed on" }),
  leavesOpen: () => [],
  needs: ({ workflow, awaited }) => ({ calls: [{ workflow, awaited }] }),
  // Its state may stop waiting while the other run continues.
  mayBeLeft: () => true,
  isLongRunning: true,

  // Entered, scheduled, started, submitted, succeeded, exited.
  events: ({ blocks }, within) => 6 + (blocks.fallback ? Math.max(2, within(blocks.fallback)) : 0),

  compile({ name, segment, workflow, event, awaited, reads, blocks }, position) {
    const { frame, exit, bindings, deadline, readsOf, keepsOf } = position;
    const call = {
      kind: "child",
      workflow,
      event: event.name,
      version: event.version,
      payload: template(reads.payload, frame),
      reads: frame.limited.has(name) ? keepsOf(name) : readsOf(name),
      ...limitOf(name, frame),
      path: claimPath(segment, frame),
      ...ENTRY,
    } as const;
    if (!awaited) {
      const started = send<CallChild>(bindings.waitQueueUrl, call);
      return { [name]: { ...started, ...leave(exit, bind(frame, name, absent)) } };
    }
    const instead = blocks.fallback && compileFallback(blocks.fallback, name, position);
    return {
      [name]: {
        ...sendAndWait<CallChild>(bindings.waitQueueUrl, call),
        TimeoutSeconds: deadline,
        Retry: [RETRY_SEND],
        ...(instead && { Catch: [catcher(FOR_GOOD, instead.StartAt, frame, keepFailure(name))] }),
        ...leave(exit, bind(frame, name, code("$states.result"))),
      },
      ...instead?.States,
    };
  },
};
