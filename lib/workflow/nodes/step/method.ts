import { DefinitionError } from "../../../contract/definition-error.ts";
import { refuseOther } from "../../../contract/refuse-other.ts";
import { jsonSchemaOf } from "../../../contract/schema.ts";
import type { StepSpec, Takes } from "../../../contract/step.ts";
import { type Callee, placeOf } from "../../place.ts";
import { express } from "../../plain-value.ts";
import type { Given, Ref, ValueOf } from "../../ref.ts";
import { eitherOf, shapeOf } from "../../shape.ts";
import type { Site, Use } from "../../site.ts";
import { fallbackBlock, type WithFallback } from "../fallback-block.ts";

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
    refuseOther(spec, {
      has: "output",
      use: "w.step runs",
      instead: "a step. Give it what defineStep returns.",
      place: () => placeOf(step),
    });
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
  callee: Callee,
): Ref<Result> {
  const { undo, asks = "operator", apart = false } = options;
  const what = `step "${name}"`;
  if (spec.repeatable && undo)
    throw new DefinitionError(
      `The ${what} has an undo, and defineStep("${spec.name}") has repeatable: true. What can be undone has an effect, which must not happen twice. Remove one of them.`,
      placeOf(callee),
    );
  jsonSchemaOf(spec.input, "input", what);
  const { expression } = express(input, `The input of ${what}`, callee);
  const output = shapeOf(jsonSchemaOf(spec.output, "output", what));
  const { blocks, shapes } = fallbackBlock(site, name, options, callee);
  return site.add<Result>(
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
