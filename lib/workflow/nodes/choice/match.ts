import { DefinitionError } from "../../../contract/definition-error.ts";
import { call, literal, say } from "../../expression.ts";
import { placeOf } from "../../place.ts";
import { express } from "../../plain-value.ts";
import type { Ref, Reference, ValueOf } from "../../ref.ts";
import { eitherOf } from "../../shape.ts";
import type { Site, Use } from "../../site.ts";
import { LONGEST_CHOICE_NAME, OTHERWISE } from "./branches.ts";

type Way = () => unknown;
type Cases<Value extends string> = { readonly [Case in Value]?: Way };

/**
 * Every value has a case or there is a default, and every case is a value; otherwise a type that says what is
 * missing.
 */
type Complete<Value extends string, Given, Otherwise> = {
  readonly [Case in Exclude<keyof Given, Value> & string]: `'${Case}' is none of the values`;
} & (Otherwise extends Way
  ? unknown
  : string extends Value
    ? "any other text needs a way too: give one as the third argument"
    : [Exclude<Value, keyof Given>] extends [never]
      ? unknown
      : `the case '${Exclude<Value, keyof Given>}' is missing: add it, or give a way for the rest as the third argument`);

/** The result of branches. */
type ResultOf<Ways> = Ways extends () => infer Result ? ValueOf<Result> : never;

/**
 * Takes the branch with the value's name; the third argument is the default for all other values, and may be
 * omitted if each value has a case. Returns the branch's value.
 */
export type MatchMethod = <
  Value extends string,
  Given extends Cases<Value>,
  Otherwise extends Way | undefined = undefined,
>(
  value: Reference<Value>,
  cases: Given & Complete<NoInfer<Value>, NoInfer<Given>, NoInfer<Otherwise>>,
  otherwise?: Otherwise,
  options?: Use,
) => Ref<ResultOf<Given[keyof Given]> | ResultOf<Otherwise>>;

export function matchMethod(site: Site): MatchMethod {
  return function match<Given>(
    value: Reference<string>,
    cases: Given,
    otherwise: Way | undefined,
    options: Use = {},
  ) {
    const { expression } = express(value, "The value of w.match", match);
    const text = `match ${say(expression)}`;
    const name = options.as ?? text.slice(0, LONGEST_CHOICE_NAME);
    const ways = Object.entries(cases as Record<string, Way>).map(([label, way]) => ({
      way: `is ${label}`,
      holds: call("eq", expression, literal(label)),
      ...site.block(`the branch "${label}" of "${name}"`, way, match),
    }));
    if (ways.length === 0) {
      throw new DefinitionError(`"${name}" has no case. Add one, or remove the match.`, placeOf(match));
    }
    const rest = otherwise && site.block(`the other branch of "${name}"`, otherwise, match);
    return site.add<any>(
      {
        kind: "choice",
        name,
        segment: undefined,
        method: "match",
        text,
        reads: Object.fromEntries(ways.map(({ way, holds }) => [way, holds])),
        blocks: {
          ...Object.fromEntries(ways.map(({ way, block }) => [way, block])),
          ...(rest && { [OTHERWISE]: rest.block }),
        },
      },
      eitherOf([...ways.map(({ shape }) => shape), ...(rest ? [rest.shape] : [])]),
      options,
      match,
    );
  };
}
