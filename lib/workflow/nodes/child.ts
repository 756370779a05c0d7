import { DefinitionError } from "../../contract/definition-error.ts";
import type { EventContract } from "../../contract/event.ts";
import type { CallChild } from "../../contract/messages/wait-message.ts";
import type { InputOf } from "../../contract/schema.ts";
import { leave } from "../exit.ts";
import { absent, type Expression } from "../expression.ts";
import { bind, code } from "../frame.ts";
import type { Block, NodeBase } from "../graph.ts";
import { claimPath } from "../iteration.ts";
import { template } from "../jsonata.ts";
import { express } from "../plain-value.ts";
import { placeOf } from "../recording.ts";
import type { Given, Ref, ValueOf } from "../ref.ts";
import { limitOf } from "../result-limit.ts";
import { ENTRY, RETRY_SEND, send, sendAndWait } from "../send.ts";
import { eitherOf, nothing } from "../shape.ts";
import type { Site, Use } from "../site.ts";
import type { Workflow } from "../workflow.ts";
import { catcher } from "./catch.ts";
import { compileFallback, FOR_GOOD, fallbackBlock, keepFailure, type WithFallback } from "./fallback.ts";
import type { NodeKind } from "./kind.ts";

/** A run of another workflow. */
export interface ChildNode extends NodeBase {
  readonly kind: "child";
  readonly segment: string;
  readonly workflow: string;
  readonly event: EventContract;
  readonly awaited: boolean;
  readonly reads: { readonly payload: Expression };
  readonly blocks: { readonly fallback?: Block };
}

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
    const { awaited = true } = options;
    const event: EventContract = options.event ?? workflow.on[0]!;
    if (!workflow.on.includes(event)) {
      throw new DefinitionError(
        `Workflow "${workflow.name}" does not start on ${event.name}, which w.child sends at ${placeOf(child)}. It starts on ${workflow.on.map(({ name }) => name).join(", ")}.`,
      );
    }
    const segment = options.as ?? workflow.name;
    if (!awaited && options.fallback) {
      throw new DefinitionError(
        `Child "${segment}" at ${placeOf(child)} is not awaited, so its fallback would never be used. Remove one of the two options.`,
      );
    }
    const { expression } = express(payload, `The payload of child "${segment}"`, child);
    const { blocks, shapes } = fallbackBlock(site, segment, options, child);
    return site.add<any, ChildNode>(
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

export const childKind: NodeKind<ChildNode> = {
  describe: ({ name, workflow, awaited }) =>
    `${name}: workflow ${workflow}${awaited ? "" : ", not waited for"}`,
  heading: () => "if that fails",
  uses: { payload: "passed on" },
  origins: ({ blocks }, path) => (blocks.fallback ? [[blocks.fallback.value, path]] : []),

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
