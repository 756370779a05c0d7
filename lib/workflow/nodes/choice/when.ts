import { say } from "../../expression.ts";
import { express } from "../../plain-value.ts";
import type { Ref, Reference, ValueOf } from "../../ref.ts";
import { eitherOf } from "../../shape.ts";
import type { Site, Use } from "../../site.ts";
import { LONGEST_CHOICE_NAME, OTHERWISE, THEN } from "./branches.ts";

/** Takes one branch if the condition is true, the other if it is not. Returns the branch's value. */
export type WhenMethod = <A, B = undefined>(
  condition: Reference<boolean>,
  then: () => A,
  otherwise?: () => B,
  options?: Use,
) => Ref<ValueOf<A> | ValueOf<B>>;

export function whenMethod(site: Site): WhenMethod {
  return function when<A, B = undefined>(
    condition: Reference<boolean>,
    then: () => A,
    otherwise: () => B | undefined = () => undefined,
    options: Use = {},
  ) {
    const { expression } = express(condition, "The condition of w.when", when);
    const text = `when ${say(expression)}`;
    const name = options.as ?? text.slice(0, LONGEST_CHOICE_NAME);
    const taken = site.block(`the branch of "${name}"`, then, when);
    const other = site.block(`the other branch of "${name}"`, otherwise, when);
    return site.add<ValueOf<A> | ValueOf<B>>(
      {
        kind: "choice",
        name,
        segment: undefined,
        method: "when",
        text,
        reads: { [THEN]: expression },
        blocks: { [THEN]: taken.block, [OTHERWISE]: other.block },
      },
      eitherOf([taken.shape, other.shape]),
      options,
      when,
    );
  };
}
