import type { StepSpec, Takes } from "../../contract/step.ts";
import type { Expression } from "../expression.ts";
import { bind, code, type Frame } from "../frame.ts";
import { express } from "../given.ts";
import { type Block, expressionsIn, type NodeBase } from "../graph.ts";
import { itemSelector } from "../iteration.ts";
import { template } from "../jsonata.ts";
import { leave, readAt } from "../leave.ts";
import { reference } from "../proxy.ts";
import { DefinitionError, placeOf } from "../recording.ts";
import type { Ref, Reference, ValueOf } from "../ref.ts";
import { listOf, type Shape, scalar } from "../shape.ts";
import type { Site, Use } from "../site.ts";
import type { NodeKind } from "./kind.ts";
import { addStep } from "./step.ts";

/** The same for each item of a list, at once. */
export interface EachNode extends NodeBase {
  readonly kind: "each";
  readonly segment: string;
  readonly reads: { readonly list: Expression };
  readonly blocks: { readonly body: Block };
  /** How many items may be under way at once. */
  readonly concurrency: number | undefined;
  /** The longest that the list may be, where its schema says so. */
  readonly maxItems: number | undefined;
}

export interface EachUse extends Use {
  /** How many items may be under way at once, at most 40. @default 40 */
  concurrency?: number;
}

type EachBody<Item> =
  | (Takes<Item> & { readonly output: unknown })
  | ((item: Ref<Item>, index: Ref<number>) => unknown);
type EachResult<Body> =
  Body extends StepSpec<string, any, infer Out>
    ? Out
    : Body extends (...args: never) => infer Given
      ? ValueOf<Given>
      : never;

/**
 * Does the same for each item of a list: a step that takes the item, or what a function describes; such a function
 * needs a name by `as`. Answers the results as a list, in the order of the items.
 */
export type EachMethod = <Item, Body extends EachBody<Item>>(
  list: Reference<readonly Item[]>,
  body: Body,
  options?: EachUse,
) => Ref<EachResult<Body>[]>;

/** Step Functions' limit for an inline Map. */
const MOST_AT_ONCE = 40;

export function eachMethod(site: Site): EachMethod {
  return function each<Item, Body extends EachBody<Item>>(
    list: Reference<readonly Item[]>,
    body: Body,
    options: EachUse = {},
  ) {
    const { as, concurrency } = options;
    const spec = typeof body === "function" ? undefined : (body as unknown as StepSpec);
    const segment = as ?? spec?.name;
    if (segment === undefined) {
      throw new DefinitionError(
        `The w.each at ${placeOf(each)} has no name. Give it one by { as: "scenes" }: claims of what runs within it hang on that name.`,
      );
    }
    if (
      concurrency !== undefined &&
      !(Number.isInteger(concurrency) && concurrency >= 1 && concurrency <= MOST_AT_ONCE)
    ) {
      throw new DefinitionError(
        `The concurrency of each "${segment}" is ${concurrency}. Give a whole number from 1 to ${MOST_AT_ONCE}, the most that an inline Map runs at once.`,
      );
    }
    const name = as ?? `each ${segment}`;
    const { expression, shape } = express(list, `The list of each "${segment}"`, each);
    if (!shape.list)
      throw new DefinitionError(`What each "${segment}" goes through at ${placeOf(each)} is no list.`);

    const label = `the body of each "${segment}"`;
    const { block, shape: result } = site.block(
      label,
      () => {
        const item = iterationReference<Item>(site, "item", name, shape.item(), placeOf(each));
        if (spec) return addStep(site, spec, item, { name: spec.name, segment: undefined }, {}, each);
        return (body as (item: Ref<Item>, index: Ref<number>) => unknown)(
          item,
          iterationReference<number>(site, "index", name, scalar, placeOf(each)),
        );
      },
      each,
    );
    if (!block.order)
      throw new DefinitionError(`Nothing happens in ${label}, at ${placeOf(each)}. Use a step in it.`);
    return site.add<EachResult<Body>[], EachNode>(
      {
        kind: "each",
        name,
        segment,
        reads: { list: expression },
        blocks: { body: block },
        concurrency,
        maxItems: shape.maxItems,
      },
      listOf(() => result, shape.maxItems),
      options,
      each,
    );
  };
}

function iterationReference<T>(
  site: Site,
  kind: "item" | "index",
  each: string,
  shape: Shape,
  place: string,
): Ref<T> {
  const { recording } = site;
  return reference({
    expression: { kind, each },
    shape,
    text: `the ${kind} of "${each}"`,
    recording,
    scope: recording.scope,
    place,
    use: () => {},
  });
}

export const eachKind: NodeKind<EachNode> = {
  describe: ({ name, maxItems, concurrency }) =>
    [
      name,
      maxItems === undefined ? "any number of items" : `up to ${maxItems} items`,
      ...(concurrency ? [`${concurrency} at once`] : []),
    ].join(", "),

  // Entered, started, succeeded, exited; of each iteration its start and its end. A list without limit counts as one.
  events: ({ blocks, maxItems = 1 }, within) => 4 + maxItems * (2 + within(blocks.body)),

  compile(node, { frame, exit, compile }) {
    const { name, segment, reads, blocks, concurrency } = node;
    const inner: Frame = { ...frame, iterations: [...frame.iterations, name] };
    const isRead = readAt(exit, frame).has(name);
    const output: Expression = isRead ? blocks.body.value : { kind: "record", fields: {} };
    const body = compile(blocks.body, inner, { next: undefined, assign: {}, output })!;
    return {
      [name]: {
        Type: "Map",
        Items: template(reads.list, frame),
        ItemSelector: itemSelector(name, segment, expressionsIn(blocks.body), frame),
        ...(concurrency !== undefined && { MaxConcurrency: concurrency }),
        ItemProcessor: { ProcessorConfig: { Mode: "INLINE" }, ...body },
        ...leave(exit, bind(frame, name, code("$states.result"))),
      },
    };
  },
};
