import { reactionSettings } from "../../../lib/contract/settings/declared.ts";
import { under } from "../../../lib/contract/settings/stored.ts";
import { withCurrentBreaker } from "../work/breaker/current.ts";
import type { Reacting } from "./effect.ts";
import type { ReactionStart } from "./ports.ts";

/** The handling of an event, with the values that operators have set for its reaction and breaker. */
export function asSet(
  reacting: Reacting,
  { control, breakerSettings }: Pick<ReactionStart, "control" | "breakerSettings">,
): Reacting {
  const { effect } = reacting;
  const own = under(reacting.reaction, reactionSettings(reacting.reaction), control?.settings);
  const reaction = withCurrentBreaker(own, breakerSettings);
  const { retry, breaker } = reaction;
  return { ...reacting, reaction, effect: { ...effect, spec: { ...effect.spec, retry, breaker } } };
}
