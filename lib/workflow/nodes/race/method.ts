import { DefinitionError } from "../../../contract/definition-error.ts";
import { placeOf } from "../../place.ts";
import type { Ref, ValueOf } from "../../ref.ts";
import { eitherOf, recordOf, scalar } from "../../shape.ts";
import type { Site, Use } from "../../site.ts";

interface RaceUse extends Use {
  /** Names the race; the claim paths of its steps contain it: "first.paid/ship". */
  as: string;
}

type Ways = { readonly [way: string]: () => unknown };

/** The name of the way that has won, and its value. */
type Won<Given extends Ways> = {
  [Name in keyof Given & string]: { winner: Name; result: ValueOf<ReturnType<Given[Name]>> };
}[keyof Given & string];

/**
 * Starts several ways at the same time and continues with the first that finishes. Nothing of the others
 * begins any more, and what they did is undone. A way that fails has lost; if all fail, the run fails.
 */
export type RaceMethod = <const Given extends Ways>(ways: Given, options: RaceUse) => Ref<Won<Given>>;

const NAME = /^[A-Za-z][A-Za-z0-9-]{0,31}$/;

export function raceMethod(site: Site): RaceMethod {
  return function race<const Given extends Ways>(ways: Given, options: RaceUse) {
    const { as: name } = options;
    const place = placeOf(race);
    const names = Object.keys(ways);
    if (names.length < 2)
      throw new DefinitionError(
        `The race "${name}" has ${names.length === 1 ? "one way" : "no way"}. Add at least two.`,
        place,
      );
    const bodies = names.map((way) => {
      if (!NAME.test(way))
        throw new DefinitionError(
          `The way "${way}" of the race "${name}" must have up to 32 letters, digits and dashes, and begin with a letter.`,
          place,
        );
      const body = site.block(`the way "${way}" of "${name}"`, ways[way]!, race);
      if (!body.block.order)
        throw new DefinitionError(
          `The way "${way}" of the race "${name}" has nothing to do, so it would always win. Use a step, a wait or a sleep in it.`,
          place,
        );
      return [way, body] as const;
    });
    return site.add<Won<Given>>(
      {
        kind: "race",
        name,
        segment: name,
        reads: {},
        blocks: Object.fromEntries(bodies.map(([way, { block }]) => [way, block])),
      },
      recordOf({ winner: scalar, result: eitherOf(bodies.map(([, { shape }]) => shape)) }),
      options,
      race,
    );
  };
}
