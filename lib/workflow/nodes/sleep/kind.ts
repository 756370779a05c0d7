import { DefinitionError } from "../../../contract/definition-error.ts";
import { seconds } from "../../../contract/duration.ts";
import { leave } from "../../exit.ts";
import { absent, say } from "../../expression.ts";
import { bind } from "../../frame.ts";
import type { SleepNode } from "../../graph.ts";
import { template } from "../../jsonata.ts";
import { inSeconds, isWritten, sayLength } from "../../length.ts";
import { type NodeKind, WITHOUT_BLOCKS } from "../kind.ts";

export const sleepKind: NodeKind<SleepNode> = {
  ...WITHOUT_BLOCKS,

  describe: ({ name, reads }) => {
    const text = "until" in reads ? `sleep until ${say(reads.until)}` : `sleep ${sayLength(reads.length)}`;
    return name === text ? text : `${name}: ${text}`;
  },

  draw: ({ name }) => ({ kind: "sleep", label: name }),

  uses: () => ({}),
  leavesOpen: () => [],
  needs: () => ({}),
  mayBeLeft: () => false,
  isLongRunning: true,

  // Entered, exited.
  events: () => 2,

  compile({ name, reads }, { frame, exit, deadline }) {
    if ("length" in reads && isWritten(reads.length) && seconds(reads.length.value) > deadline) {
      throw new DefinitionError(
        `"${name}" lasts ${reads.length.value}, longer than the deadline of the workflow. Set a longer deadline.`,
      );
    }
    return {
      [name]: {
        Type: "Wait",
        ...("until" in reads
          ? { Timestamp: template(reads.until, frame) as string }
          : { Seconds: inSeconds(reads.length, frame) }),
        ...leave(exit, bind(frame, name, absent)),
      },
    };
  },
};
