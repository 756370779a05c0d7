import type { Signal, WaitForSignal } from "../contract/messages/wait-message.ts";
import { leave } from "./exit.ts";
import { bind, code } from "./frame.ts";
import type { Node, Order } from "./graph.ts";
import { claimPath } from "./iteration.ts";
import { template } from "./jsonata.ts";
import { signalName, waitName } from "./names.ts";
import type { Position } from "./position.ts";
import { ENTRY, RETRY_SEND, send, sendAndWait } from "./send.ts";
import type { Machine } from "./states.ts";
import { resultOf } from "./traverse.ts";

/** The link between two branches: a message after one node, a wait for it before the other. */
type Crossing<Kind> = Extract<Order, { kind: Kind }>;

/** Events of a wait in the history: entered, scheduled, started, submitted, succeeded, exited. */
export const WAIT_EVENTS = 6;
/** Events of a signal: the same without "submitted", since nothing is waited for. */
export const SIGNAL_EVENTS = 5;

/** The state that delays a node until the other branch has signalled. Its result is the other node's. */
export function compileWait({ on, before }: Crossing<"wait">, position: Position): Machine {
  const { frame, exit, bindings, deadline } = position;
  const name = waitName(on, before);
  return {
    StartAt: name,
    States: {
      [name]: {
        ...sendAndWait<WaitForSignal>(bindings.waitQueueUrl, {
          kind: "signalled",
          path: claimPath(before, frame),
          of: claimPath(on, frame),
          ...ENTRY,
        }),
        TimeoutSeconds: deadline,
        Retry: [RETRY_SEND],
        ...leave(exit, bind(frame, on, code("$states.result"))),
      },
    },
  };
}

/** The state that signals that a node is done. This one message delays what follows in its own branch. */
export function compileSignal({ of, carries }: Crossing<"signal">, node: Node, position: Position): Machine {
  const { frame, exit, bindings } = position;
  const name = signalName(of);
  return {
    StartAt: name,
    States: {
      [name]: {
        ...send<Signal>(bindings.waitQueueUrl, {
          kind: "signal",
          path: claimPath(of, frame),
          value: carries ? template(resultOf(node), frame) : null,
        }),
        ...leave(exit, frame),
      },
    },
  };
}
