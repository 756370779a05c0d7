import { seconds } from "../../contract/duration.ts";
import { TASK_ERROR } from "../../contract/failure.ts";
import type { StepMessage } from "../../contract/message.ts";
import { jsonSchemaOf } from "../../contract/schema.ts";
import type { RetryPolicy, StepSpec } from "../../contract/step.ts";
import type { Expression } from "../expression.ts";
import { bind, code } from "../frame.ts";
import { express } from "../given.ts";
import type { NodeBase } from "../graph.ts";
import { claimPath } from "../iteration.ts";
import { template } from "../jsonata.ts";
import { leave } from "../leave.ts";
import type { Given, Ref } from "../ref.ts";
import { ENTRY, RETRY_SEND, sendAndWait } from "../send.ts";
import { shapeOf } from "../shape.ts";
import type { Site, Use } from "../site.ts";
import type { Retrier } from "../states.ts";
import type { NodeKind } from "./kind.ts";

/** One use of a step. */
export interface StepNode extends NodeBase {
  readonly kind: "step";
  readonly spec: StepSpec;
  readonly reads: { readonly input: Expression };
}

/** Runs a step once all that its input reads is there. Answers a reference to its result, which need not be used. */
export type StepMethod = <In, Out>(
  spec: StepSpec<string, In, Out>,
  input: NoInfer<Given<In>>,
  options?: Use,
) => Ref<Out>;

export function stepMethod(site: Site): StepMethod {
  return function step(spec, input, options = {}) {
    const name = options.as ?? spec.name;
    return addStep(site, spec, input, { name, segment: name }, options, step);
  };
}

/** Adds a step under a name, and as a segment of claim paths if it has one. */
export function addStep<Out>(
  site: Site,
  spec: StepSpec<string, any, Out>,
  input: unknown,
  { name, segment }: { name: string; segment: string | undefined },
  options: Use,
  callee: (...args: never) => unknown,
): Ref<Out> {
  const what = `step "${name}"`;
  jsonSchemaOf(spec.input, "input", what);
  const { expression } = express(input, `The input of ${what}`, callee);
  const shape = shapeOf(jsonSchemaOf(spec.output, "output", what));
  return site.add<Out, StepNode>(
    { kind: "step", name, segment, spec, reads: { input: expression }, blocks: {} },
    shape,
    options,
    callee,
  );
}

export const stepKind: NodeKind<StepNode> = {
  describe: ({ name, spec }) => (name === spec.name ? name : `${name} (${spec.name})`),

  // Entered, scheduled, started, submitted, succeeded, exited.
  events: () => 6,

  compile({ name, segment, spec, reads }, { frame, exit, bindings, deadline }) {
    const retrier = retrierOf(spec.retry);
    return {
      [name]: {
        ...sendAndWait<StepMessage>(bindings.queueUrl(spec.name), {
          step: spec.name,
          path: claimPath(segment, frame),
          direction: "do",
          ...ENTRY,
          input: template(reads.input, frame),
          reads: [""],
          fallback: false,
        }),
        // Counts from the send, time in the queue included: the step's own timeout is kept by its worker.
        TimeoutSeconds: deadline,
        Retry: [...(retrier ? [retrier] : []), RETRY_SEND],
        ...leave(exit, bind(frame, name, code("$states.result"))),
      },
    };
  },
};

function retrierOf({ attempts, backoff, rate = 2, maxDelay }: RetryPolicy): Retrier | undefined {
  if (attempts === 1) return undefined;
  return {
    ErrorEquals: [TASK_ERROR.retry],
    IntervalSeconds: seconds(backoff),
    BackoffRate: rate,
    MaxAttempts: attempts - 1,
    ...(maxDelay !== undefined && { MaxDelaySeconds: seconds(maxDelay) }),
    JitterStrategy: "FULL",
  };
}
