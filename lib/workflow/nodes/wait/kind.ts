import type { WaitForEvent } from "../../../contract/messages/wait-message.ts";
import { MACHINE_ERROR } from "../../errors.ts";
import { leave } from "../../exit.ts";
import { absent, call, type Expression, literal, say } from "../../expression.ts";
import { bind, code } from "../../frame.ts";
import type { Block, WaitNode } from "../../graph.ts";
import { claimPath } from "../../iteration.ts";
import { condition, template } from "../../jsonata.ts";
import { inSeconds, sayLength } from "../../length.ts";
import type { Position } from "../../position.ts";
import { ENTRY, RETRY_SEND, sendAndWait } from "../../send.ts";
import type { Machine } from "../../states.ts";
import { catcher, TIMED_OUT } from "../catch.ts";
import { type NodeKind, WITHOUT_BLOCKS } from "../kind.ts";
import { standIn } from "../stand-in.ts";

export const waitKind: NodeKind<WaitNode> = {
  ...WITHOUT_BLOCKS,

  describe: ({ name, event, reads: { key, within }, otherwise, signal }) =>
    `${name}: wait for ${signal ? `the signal ${event.name}` : `${event.name} of ${say(key)}`}${within ? ` within ${sayLength(within)}, otherwise ${otherwise}` : ""}`,

  draw: ({ event }) => ({ kind: "wait", label: event.name }),

  uses: () => ({}),
  leavesOpen: () => [],
  needs: ({ event }) => ({ events: [event] }),
  // Its state may stop waiting.
  mayBeLeft: () => true,
  isLongRunning: true,

  // Entered, scheduled, started, submitted, succeeded, exited; and a state for an event that may be late.
  events: ({ otherwise }) => 6 + (otherwise ? 2 : 0),

  compile(node, position) {
    const { name, segment, event, reads } = node;
    const { frame, exit, bindings, deadline } = position;
    const late = reads.within && compileLate(node, reads.within, position);
    return {
      [name]: {
        ...sendAndWait<WaitForEvent>(bindings.waitQueueUrl, {
          kind: "event",
          event: event.name,
          key: template(reads.key, frame),
          path: claimPath(segment, frame),
          ...ENTRY,
        }),
        TimeoutSeconds: reads.within ? inSeconds(reads.within, frame) : deadline,
        Retry: [RETRY_SEND],
        ...(late && { Catch: [catcher(TIMED_OUT, late.StartAt, frame)] }),
        ...leave(exit, bind(frame, name, code("$states.result"))),
      },
      ...late?.States,
    };
  },
};

/** The path if no event arrived in time. */
function compileLate(
  { name, event, reads, otherwise, signal }: WaitNode,
  within: Expression,
  position: Position,
): Machine {
  const timedOut = `${name} timed out`;
  if (otherwise === "continue") return standIn(NOTHING, name, timedOut, position);
  const { frame } = position;
  const awaited = signal
    ? [literal(`No signal ${event.name}`)]
    : [literal(`No ${event.name} with the key `), reads.key];
  const cause = call("text", ...awaited, literal(" came within "), within, literal("."));
  return {
    StartAt: timedOut,
    States: {
      [timedOut]: { Type: "Fail", Error: MACHINE_ERROR.waitTimedOut, Cause: condition(cause, frame) },
    },
  };
}

/** What a run continues with if no event arrived. */
const NOTHING: Block = { nodes: [], value: absent, order: undefined };
