import { DefinitionError } from "../../../contract/definition-error.ts";
import type { EventContract } from "../../../contract/event.ts";
import { refuseOther } from "../../../contract/refuse-other.ts";
import type { InputOf } from "../../../contract/schema.ts";
import { placeOf } from "../../place.ts";
import { express } from "../../plain-value.ts";
import type { Given, Ref, ValueOf } from "../../ref.ts";
import { eitherOf, nothing } from "../../shape.ts";
import type { Site, Use } from "../../site.ts";
import type { Workflow } from "../../workflow.ts";
import { fallbackBlock, type WithFallback } from "../fallback-block.ts";

interface ChildUse<Event, Awaited, Instead> extends Use, WithFallback<Instead> {
  /** The event that starts the other workflow. @default the first that it names */
  event?: Event;
  /** Whether to wait for its end. @default true */
  awaited?: Awaited;
}

/**
 * Runs another workflow with the payload of an event that starts it. Returns its output; nothing if it is not
 * awaited. If the other run fails, this one fails too, unless there is a fallback.
 */
export type ChildMethod = <
  On extends readonly EventContract[],
  Output,
  Event extends On[number] = On[0],
  Awaited extends boolean = true,
  Instead = never,
>(
  workflow: Workflow<string, On, Output>,
  payload: Given<InputOf<NoInfer<Event>["schema"]>>,
  options?: ChildUse<Event, Awaited, Instead>,
) => Ref<(Awaited extends true ? ValueOf<Output> : undefined) | ValueOf<Instead>>;

export function childMethod(site: Site): ChildMethod {
  return function child(workflow, payload, options = {}) {
    refuseOther(workflow, {
      has: "run",
      use: "w.child runs",
      instead: "a workflow. Give it what defineWorkflow returns.",
      place: () => placeOf(child),
    });
    const { awaited = true } = options;
    const event: EventContract = options.event ?? workflow.on[0]!;
    if (!workflow.on.includes(event)) {
      throw new DefinitionError(
        `Workflow "${workflow.name}" does not start on ${event.name}, which w.child sends. It starts on ${workflow.on.map(({ name }) => name).join(", ")}.`,
        placeOf(child),
      );
    }
    const segment = options.as ?? workflow.name;
    if (!awaited && options.fallback) {
      throw new DefinitionError(
        `Child "${segment}" is not awaited, so its fallback would never be used. Remove one of the two options.`,
        placeOf(child),
      );
    }
    const { expression } = express(payload, `The payload of child "${segment}"`, child);
    const { blocks, shapes } = fallbackBlock(site, segment, options, child);
    return site.add<any>(
      {
        kind: "child",
        name: segment,
        segment,
        workflow: workflow.name,
        event,
        awaited: awaited as boolean,
        reads: { payload: expression },
        blocks,
      },
      eitherOf([awaited ? site.outputOf(workflow) : nothing, ...shapes]),
      options,
      child,
    );
  };
}
