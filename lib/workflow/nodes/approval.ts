import { type Duration, milliseconds, seconds } from "../../contract/duration.ts";
import type { ApprovalDecision, ApprovalMessage } from "../../contract/message.ts";
import type { Expression } from "../expression.ts";
import { bind, code } from "../frame.ts";
import { express } from "../given.ts";
import type { NodeBase } from "../graph.ts";
import { claimPath, INPUT } from "../iteration.ts";
import { template } from "../jsonata.ts";
import { leave } from "../leave.ts";
import type { Given, Ref } from "../ref.ts";
import { ENTRY, RETRY_SEND, sendAndWait } from "../send.ts";
import { optionally, recordOf, scalar } from "../shape.ts";
import type { Site, Use } from "../site.ts";
import type { Catcher, States, Task } from "../states.ts";
import type { NodeKind } from "./kind.ts";

/** A question to a person. */
export interface ApprovalNode extends NodeBase {
  readonly kind: "approval";
  readonly segment: string;
  /** Who is asked. */
  readonly approval: string;
  readonly reads: { readonly show: Expression };
  readonly silence: Silence | undefined;
}

/** How long an answer is waited for, and what silence means. */
interface Silence {
  readonly within: Duration;
  readonly otherwise: "escalate" | "reject" | "approve";
}

export type ApprovalUse = Use & {
  /** What the person gets to see. */
  show: Given<Readonly<Record<string, unknown>>>;
} & (
    | {
        /** How long an answer is waited for. */
        within: Duration;
        /** What silence means: no, yes, or that it is asked again, of whoever stands above, until the deadline. */
        otherwise: Silence["otherwise"];
      }
    | { within?: undefined; otherwise?: undefined }
  );

/** Asks a person, by the name of a role: "editor". Answers the decision. */
export type ApprovalMethod = (role: string, question: ApprovalUse) => Ref<ApprovalDecision>;

export function approvalMethod(site: Site): ApprovalMethod {
  return function approval(role, question) {
    const name = question.as ?? role;
    const show = express(question.show, `What approval "${name}" shows`, approval);
    const decision = recordOf({ approved: scalar, decidedBy: scalar, note: optionally(scalar) });
    return site.add<ApprovalDecision, ApprovalNode>(
      {
        kind: "approval",
        name,
        segment: name,
        approval: role,
        reads: { show: show.expression },
        blocks: {},
        silence: question.within && { within: question.within, otherwise: question.otherwise },
      },
      decision,
      question,
      approval,
    );
  };
}

export const approvalKind: NodeKind<ApprovalNode> = {
  describe: ({ name, silence }) =>
    `${name}: approval${silence ? ` within ${silence.within}, otherwise ${silence.otherwise}` : ""}`,

  // As of a step, and once more where it escalates.
  events: ({ silence }) => (silence?.otherwise === "escalate" ? 12 : 6),

  compile({ name, segment, approval, reads, silence }, { frame, exit, bindings, deadline }) {
    const ask = (level: number) =>
      sendAndWait<ApprovalMessage>(bindings.approvalQueueUrl, {
        approval,
        path: claimPath(segment, frame),
        ...ENTRY,
        level,
        ...(level === 1 && silence && { within: milliseconds(silence.within) }),
        show: template(reads.show, frame),
      });
    const answered = leave(exit, bind(frame, name, code("$states.result")));
    const question: Task = {
      ...ask(1),
      TimeoutSeconds: silence ? seconds(silence.within) : deadline,
      Retry: [RETRY_SEND],
      ...answered,
    };
    if (!silence) return { [name]: question };

    if (silence.otherwise === "escalate") {
      const escalated = `${name} escalated`;
      const onward = leave({ next: escalated, assign: {}, output: iterationInput(frame.iterations) }, frame);
      return {
        [name]: caught(question, { ErrorEquals: TIMED_OUT, ...onward }),
        [escalated]: { ...ask(2), TimeoutSeconds: deadline, Retry: [RETRY_SEND], ...answered },
      };
    }
    const decided = bind(frame, name, decision(silence.otherwise === "approve"));
    const { End: ends, ...onward } = leave(exit, decided);
    if (!ends) return { [name]: caught(question, { ErrorEquals: TIMED_OUT, ...onward }) };
    // A Catch has to go to a state: where the scope ends, there must be one.
    const timedOut = `${name} timed out`;
    return {
      [name]: caught(question, { ErrorEquals: TIMED_OUT, Next: timedOut }),
      [timedOut]: { Type: "Pass", ...onward, End: true },
    } satisfies States;
  },
};

const TIMED_OUT = ["States.Timeout"];

function iterationInput(iterations: readonly string[]): Expression | undefined {
  return iterations.length > 0 ? INPUT : undefined;
}

function decision(approved: boolean): Expression {
  return {
    kind: "record",
    fields: {
      approved: { kind: "literal", value: approved },
      decidedBy: { kind: "literal", value: "timeout" },
    },
  };
}

/** The same task with its catcher in front of where it goes, as the console shows it. */
function caught(
  { Type, Resource, Arguments, TimeoutSeconds, Retry, ...onward }: Task,
  catcher: Catcher,
): Task {
  return { Type, Resource, Arguments, TimeoutSeconds, Retry, Catch: [catcher], ...onward };
}
