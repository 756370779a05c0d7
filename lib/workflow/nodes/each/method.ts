import { DefinitionError } from "../../../contract/definition-error.ts";
import { refuseOther } from "../../../contract/refuse-other.ts";
import type { StepSpec, Takes } from "../../../contract/step.ts";
import { isWhole } from "../../../contract/whole-number.ts";
import type { Tolerance } from "../../graph.ts";
import { placeOf } from "../../place.ts";
import { express } from "../../plain-value.ts";
import type { Ref, Reference, ValueOf } from "../../ref.ts";
import { isUnknown, listOf, orNull, scalar } from "../../shape.ts";
import type { Site, Use } from "../../site.ts";
import { turnReference } from "../loop.ts";
import { addStep } from "../step/method.ts";
import { LONGEST_INLINE } from "./large-list/size.ts";
import { refuseTolerance } from "./tolerance.ts";

export interface EachUse extends Use {
  /**
   * Maximum number of concurrent items, at most 40, or 10,000 for a list of more than 1,000.
   * @default 40, or 1,000 for a list of more than 1,000
   */
  concurrency?: number;
  /**
   * The maximum length of the list, at most 100,000; a longer one fails the run. Above 1,000, the list is
   * processed in parts. @default the schema's maximum, or else 1,000
   */
  most?: number;
  /**
   * How many items may fail: a number, or a share of the list as in "25%". Their results are null. More
   * failures fail the run. @default none
   */
  tolerate?: Tolerance;
  /** Gives each item a message of its own, where the items of a short list in a pool share one. @default false */
  apart?: boolean;
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
type InPlaceOfFailed<Options> = Options extends { tolerate: Tolerance } ? null : never;

/**
 * Does the same for each item of a list: a step whose input is the item, or the nodes that a function
 * describes; such a function needs a name by `as`. Returns the results as a list, in the order of the items.
 */
export type EachMethod = <Item, Body extends EachBody<Item>, Options extends EachUse = EachUse>(
  list: Reference<readonly Item[]>,
  body: Body,
  options?: Options,
) => Ref<(EachResult<Body> | InPlaceOfFailed<Options>)[]>;

/** Maximum number of concurrent items: Step Functions' limit for an inline Map, and for a list in parts. */
const MOST_AT_ONCE = { inline: 40, large: 10_000 };

/** A longer list would have more parts than one state can store the results of. */
const LONGEST = 100_000;

/** Default maximum length of a list. */
const MOST_ITEMS = LONGEST_INLINE;

export function eachMethod(site: Site): EachMethod {
  return function each<Item, Body extends EachBody<Item>, Options extends EachUse>(
    list: Reference<readonly Item[]>,
    body: Body,
    options?: Options,
  ) {
    const { as, concurrency, most, tolerate, apart = false } = options ?? ({} as EachUse);
    const spec = typeof body === "function" ? undefined : (body as unknown as StepSpec);
    if (typeof body !== "function")
      refuseOther(body, {
        has: "output",
        use: "w.each runs",
        instead: "a step. Give it a function, or what defineStep returns.",
        place: () => placeOf(each),
      });
    const segment = as ?? spec?.name;
    if (segment === undefined) {
      throw new DefinitionError(
        `This w.each has no name. Add one with { as: "scenes" }: the claims of its steps use that name.`,
        placeOf(each),
      );
    }
    const what = `each "${segment}"`;
    refuseCount(most, `The "most" of ${what}`, `of items from 1 to ${LONGEST}`, LONGEST);
    refuseTolerance(tolerate, what);
    const name = as ?? `each ${segment}`;
    const { expression, shape } = express(list, `The list of ${what}`, each);
    if (!shape.list && !isUnknown(shape))
      throw new DefinitionError(`The value of ${what} is not a list. Pass a list.`, placeOf(each));

    const { maxItems = Number.POSITIVE_INFINITY } = shape;
    const longest = Math.min(
      most ?? (shape.maxItems === undefined ? MOST_ITEMS : maxItems),
      maxItems,
      LONGEST,
    );
    const mostAtOnce = longest > LONGEST_INLINE ? MOST_AT_ONCE.large : MOST_AT_ONCE.inline;
    refuseCount(
      concurrency,
      `The concurrency of ${what}`,
      `from 1 to ${mostAtOnce}, the maximum for a list of up to ${longest} items`,
      mostAtOnce,
    );
    const label = `the body of ${what}`;
    const { block, shape: result } = site.block(
      label,
      () => {
        const place = placeOf(each);
        const item = turnReference<Item>(
          site,
          { kind: "item", each: name },
          shape.item(),
          `the item of "${name}"`,
          place,
        );
        if (spec) return addStep(site, spec, item, { name: spec.name, segment: undefined }, {}, each);
        return (body as (item: Ref<Item>, index: Ref<number>) => unknown)(
          item,
          turnReference<number>(site, { kind: "index", each: name }, scalar, `the index of "${name}"`, place),
        );
      },
      each,
    );
    if (!block.order)
      throw new DefinitionError(`The body of ${what} has no step. Use a step in it.`, placeOf(each));
    return site.add<(EachResult<Body> | InPlaceOfFailed<Options>)[]>(
      {
        kind: "each",
        name,
        segment,
        reads: { list: expression },
        blocks: { body: block },
        concurrency,
        most: longest,
        unbounded: maxItems > longest,
        tolerance: tolerate,
        apart,
      },
      listOf(() => (tolerate === undefined ? result : orNull(result)), longest),
      { ...options },
      each,
    );
  };
}

function refuseCount(count: number | undefined, what: string, range: string, most?: number): void {
  if (count === undefined || isWhole(count, 1, most)) return;
  throw new DefinitionError(`${what} is ${count}. Give a whole number ${range}.`);
}
