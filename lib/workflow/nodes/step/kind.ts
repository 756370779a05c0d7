import type { StepMessage } from "../../../contract/messages/message.ts";
import { mostAttempts } from "../../../contract/work.ts";
import { leave } from "../../exit.ts";
import { bind, code } from "../../frame.ts";
import type { StepNode } from "../../graph.ts";
import { claimPath } from "../../iteration.ts";
import { template } from "../../jsonata.ts";
import { limitOf } from "../../result-limit.ts";
import { retriersOf } from "../../retry.ts";
import { ENTRY, RETRY_SEND, sendAndWait } from "../../send.ts";
import { catcher } from "../catch.ts";
import { compileDoubt, failAs, pathOfAsking } from "../doubt.ts";
import { compileFallback, FOR_GOOD, keepFailure, ofFallback } from "../fallback.ts";
import type { NodeKind } from "../kind.ts";

export const stepKind: NodeKind<StepNode> = {
  ...ofFallback,

  describe: ({ name, spec, undo }) =>
    `${name === spec.name ? name : `${name} (${spec.name})`}${undo ? `, undone by ${undo.name}` : ""}${spec.repeatable ? ", repeatable" : ""}`,
  draw: ({ name, spec, undo }) => ({ kind: "step", label: name, step: spec.name, undo: undo?.name }),

  uses: () => ({ input: "passed on" }),
  leavesOpen: () => [],
  needs: ({ spec, undo }) => ({ steps: [spec], undoSteps: undo ? [undo] : [] }),
  // A fallback begins where the step has failed: by a timeout of its state, too.
  mayBeLeft: ({ blocks }) => blocks.fallback !== undefined,
  isLongRunning: false,

  // Entered, scheduled, started, submitted, succeeded, exited; for each attempt that failed before:
  // scheduled, started, submitted, failed.
  events: ({ spec, blocks }, within) =>
    6 + 4 * (mostAttempts(spec.retry) - 1) + (blocks.fallback ? Math.max(2, within(blocks.fallback)) : 0),

  compile({ name, segment, spec, undo, asks, reads, blocks }, position) {
    const { frame, exit, bindings, deadline, readsOf, keepsOf } = position;
    const instead = blocks.fallback && compileFallback(blocks.fallback, name, position);
    const failed = `${name} failed`;
    const doubt = compileDoubt(
      {
        name,
        path: pathOfAsking(segment, frame),
        role: asks,
        otherwise: instead?.StartAt ?? failed,
      },
      position,
    );
    return {
      [name]: {
        ...sendAndWait<StepMessage>(bindings.queueUrl(spec.name), {
          step: spec.name,
          path: claimPath(segment, frame),
          direction: "do",
          ...ENTRY,
          input: template(reads.input, frame),
          reads: frame.limited.has(name) ? keepsOf(name) : readsOf(name),
          ...limitOf(name, frame),
          fallback: instead !== undefined,
          ...(undo && { undo: undo.name }),
          ...(bindings.version && { version: bindings.version }),
        }),
        // Counts from the send, time in the queue included: its worker enforces the step's own timeout.
        TimeoutSeconds: deadline,
        Retry: [...retriersOf(spec.retry), RETRY_SEND],
        Catch: [
          doubt.catcher,
          ...(instead ? [catcher(FOR_GOOD, instead.StartAt, frame, keepFailure(name))] : []),
        ],
        ...leave(exit, bind(frame, name, code("$states.result"))),
      },
      ...doubt.states,
      ...(instead?.States ?? { [failed]: failAs(name) }),
    };
  },
};
