import { DefinitionError } from "../../../contract/definition-error.ts";
import { jsonSchemaOf, type OutputOf, type Schema } from "../../../contract/schema.ts";
import { isWhole } from "../../../contract/whole-number.ts";
import { placeOf } from "../../place.ts";
import { express } from "../../plain-value.ts";
import type { Given, Ref, Reference } from "../../ref.ts";
import { recordOf, scalar, shapeOf } from "../../shape.ts";
import type { Site, Use } from "../../site.ts";
import { turnReference } from "../loop.ts";
import { refuseOtherwise } from "../otherwise.ts";

export interface RepeatUse<S extends Schema> extends Use {
  /** Names the loop; a claim path contains it with its round: "think[2]/ask". */
  as: string;
  /** Describes what is carried from round to round. */
  state: S;
  /** The state before the first round. */
  initial: NoInfer<Given<OutputOf<S>>>;
  /** Whether a round was the last, from its resulting state. */
  until: (state: Ref<OutputOf<S>>) => Reference<boolean>;
  /** The maximum number of rounds. */
  most: number;
  /** What happens after the last round: the run fails, or continues with the last state. @default "fail" */
  otherwise?: "fail" | "continue";
}

/** The result of a loop. */
interface Repeated<State> {
  /** The state after the last round. */
  state: State;
  /** The number of rounds. */
  rounds: number;
  /** Whether the condition holds; false only if the workflow continues without it. */
  reached: boolean;
}

/**
 * Repeats a block, each round with the state that results from the last one, until a condition holds. There
 * is at least one round. `round` counts from 1.
 */
export type RepeatMethod = <S extends Schema>(
  use: RepeatUse<S>,
  body: (state: Ref<OutputOf<S>>, round: Ref<number>) => Given<OutputOf<S>>,
) => Ref<Repeated<OutputOf<S>>>;

export function repeatMethod(site: Site): RepeatMethod {
  return function repeat<S extends Schema>(
    use: RepeatUse<S>,
    body: (state: Ref<OutputOf<S>>, round: Ref<number>) => Given<OutputOf<S>>,
  ) {
    const { as: name, most, otherwise = "fail" } = use;
    const what = `repeat "${name}"`;
    const place = placeOf(repeat);
    if (!isWhole(most, 1)) {
      throw new DefinitionError(
        `The "most" of ${what} is ${most}. It must be a whole number of rounds, 1 or more.`,
        place,
      );
    }
    refuseOtherwise(`The repeat "${name}"`, otherwise, ["fail", "continue"], repeat);
    const shape = shapeOf(jsonSchemaOf(use.state, "output", `The state of ${what}`));
    const initial = express(use.initial, `The initial state of ${what}`, repeat);
    const state = () =>
      turnReference<OutputOf<S>>(
        site,
        { kind: "state", repeat: name },
        shape,
        `the state of "${name}"`,
        place,
      );
    const round = () =>
      turnReference<number>(site, { kind: "round", repeat: name }, scalar, `the round of "${name}"`, place);

    const { block } = site.block(`the body of ${what}`, () => body(state(), round()), repeat);
    if (!block.order) {
      throw new DefinitionError(`The body of ${what} has no step. Use a step in it.`, place);
    }
    const until = site.block(`the condition of ${what}`, () => use.until(state()), repeat);
    if (until.block.order) {
      throw new DefinitionError(
        `The condition of ${what} uses a step. Use the step in the body, and put its result into the state.`,
        place,
      );
    }
    return site.add<Repeated<OutputOf<S>>>(
      {
        kind: "repeat",
        name,
        segment: name,
        reads: { initial: initial.expression, until: until.block.value },
        blocks: { body: block },
        most,
        otherwise,
      },
      recordOf({ state: shape, rounds: scalar, reached: scalar }),
      use,
      repeat,
    );
  };
}
