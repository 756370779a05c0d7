import { DefinitionError } from "../../contract/definition-error.ts";
import type { StepMessage } from "../../contract/messages/message.ts";
import { jsonSchemaOf } from "../../contract/schema.ts";
import type { StepSpec, Takes } from "../../contract/step.ts";
import { mostAttempts } from "../../contract/work.ts";
import { leave } from "../exit.ts";
import type { Expression } from "../expression.ts";
import { bind, code } from "../frame.ts";
import type { Block, NodeBase } from "../graph.ts";
import { claimPath } from "../iteration.ts";
import { template } from "../jsonata.ts";
import { express } from "../plain-value.ts";
import { placeOf } from "../recording.ts";
import type { Given, Ref, ValueOf } from "../ref.ts";
import { limitOf } from "../result-limit.ts";
import { retriersOf } from "../retry.ts";
import { ENTRY, RETRY_SEND, sendAndWait } from "../send.ts";
import { eitherOf, shapeOf } from "../shape.ts";
import type { Site, Use } from "../site.ts";
import { catcher } from "./catch.ts";
import { compileDoubt, failAs, pathOfAsking } from "./doubt.ts";
import { compileFallback, FOR_GOOD, fallbackBlock, keepFailure, type WithFallback } from "./fallback.ts";
import type { NodeKind } from "./kind.ts";

/** One use of a step. */
export interface StepNode extends NodeBase {
  readonly kind: "step";
  readonly spec: StepSpec;
  readonly undo: StepSpec | undefined;
  /** The role that decides a doubt. */
  readonly asks: string;
  /** Whether it has a message of its own, although its neighbours share one. */
  readonly apart: boolean;
  readonly reads: { readonly input: Expression };
  readonly blocks: { readonly fallback?: Block };
}

export interface StepUse<In = any, Out = any, Instead = unknown> extends Use, WithFallback<Instead> {
  /** The step that undoes the effect if the run fails. Its input is `{ input, output }` of this one. */
  undo?: Takes<{ input: In; output: Out }> & { readonly output: unknown };
  /** Who decides about a doubtful result. A rejection fails the step finally. @default "operator" */
  asks?: string;
  /** Keeps the step in a state and a message of its own, where its neighbours in the pool share one. @default false */
  apart?: boolean;
}

/**
 * Runs a step when everything that its input reads is available. Returns a reference to its result, which
 * need not be used.
 */
export type StepMethod = <In, Out, Instead = never, Undo = never>(
  spec: StepSpec<string, In, Out>,
  input: NoInfer<Given<In>>,
  options?: Omit<StepUse<NoInfer<In>, NoInfer<Out>, Instead>, "undo"> & {
    /** The step that undoes the effect if the run fails. Its input is `{ input, output }` of this one. */
    undo?: Undo & Undoes<NoInfer<Undo>, NoInfer<In>, NoInfer<Out>>;
  },
) => Ref<Out | ValueOf<Instead>>;

/**
 * A step that accepts the input and output of another one; or a sentence that becomes the compiler's message.
 */
type Undoes<Undo, In, Out> =
  Undo extends Takes<infer Taken>
    ? { input: In; output: Out } extends Taken
      ? unknown
      : "The step in `undo` takes something else: its input schema has to take { input, output }, the input and the output of the step that it undoes"
    : "`undo` needs a step, as defineStep answers it";

export function stepMethod(site: Site): StepMethod {
  return function step(spec, input, options = {}) {
    const name = options.as ?? spec.name;
    return addStep(site, spec, input, { name, segment: name }, options as StepUse, step);
  };
}

/** Adds a step under a name, and as a segment of claim paths if it has one. */
export function addStep<Result>(
  site: Site,
  spec: StepSpec,
  input: unknown,
  { name, segment }: { name: string; segment: string | undefined },
  options: StepUse,
  callee: (...args: never) => unknown,
): Ref<Result> {
  const { undo, asks = "operator", apart = false } = options;
  const what = `step "${name}"`;
  if (spec.repeatable && undo)
    throw new DefinitionError(
      `The ${what} at ${placeOf(callee)} has an undo, and defineStep("${spec.name}") has repeatable: true. What can be undone has an effect, which must not happen twice. Remove one of them.`,
    );
  jsonSchemaOf(spec.input, "input", what);
  const { expression } = express(input, `The input of ${what}`, callee);
  const output = shapeOf(jsonSchemaOf(spec.output, "output", what));
  const { blocks, shapes } = fallbackBlock(site, name, options, callee);
  return site.add<Result, StepNode>(
    {
      kind: "step",
      name,
      segment,
      spec,
      undo: undo as StepSpec | undefined,
      asks,
      apart,
      reads: { input: expression },
      blocks,
    },
    eitherOf([output, ...shapes]),
    options,
    callee,
  );
}

export const stepKind: NodeKind<StepNode> = {
  describe: ({ name, spec, undo }) =>
    `${name === spec.name ? name : `${name} (${spec.name})`}${undo ? `, undone by ${undo.name}` : ""}${spec.repeatable ? ", repeatable" : ""}`,
  heading: () => "if that fails",
  uses: { input: "passed on" },
  origins: ({ blocks }, path) => (blocks.fallback ? [[blocks.fallback.value, path]] : []),

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
